"""The AWS Price List: GetProducts, which moto lacks, in the shape in which AWS answers.

Two instance types, and a database class with and without a standby. Filters are TERM_MATCH only, and one that is
left out matches anything, as on AWS: a caller that asks too little gets several.
"""

import json

import wire

REGION = "ap-northeast-2"
PUBLISHED = "2026-11-18T21:54:32Z"
COMPUTE = {"servicecode": "AmazonEC2", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used", "marketoption": "OnDemand"}
DATABASE = {"servicecode": "AmazonRDS", "locationType": "AWS Region"}
# (attributes, USD an hour)
PRODUCTS = [
    ({**COMPUTE, "instanceType": "t3.small", "operatingSystem": "Linux"}, 0.026),
    ({**COMPUTE, "instanceType": "t3.small", "operatingSystem": "Linux", "capacitystatus": "AllocatedCapacityReservation"}, 0.0),
    ({**COMPUTE, "instanceType": "t3.small", "operatingSystem": "Windows"}, 0.0444),
    ({**COMPUTE, "instanceType": "t3.medium", "operatingSystem": "Linux"}, 0.052),
    ({**DATABASE, "instanceType": "db.t4g.micro", "databaseEngine": "MySQL", "deploymentOption": "Single-AZ"}, 0.025),
    ({**DATABASE, "instanceType": "db.t4g.micro", "databaseEngine": "MySQL", "deploymentOption": "Multi-AZ"}, 0.05),
]


def answer(request):
    """Answers a call of the service."""
    if request.operation != "GetProducts":
        return wire.error(request, 400, "UnknownOperationException", request.operation)
    wanted = {"servicecode": request.params.get("ServiceCode")}
    for asked in request.params.get("Filters", []):
        if asked.get("Type") != "TERM_MATCH":
            return wire.error(request, 400, "InvalidParameterException", f"Input Parameter Type is invalid: {asked.get('Type')}")
        wanted[asked["Field"]] = asked["Value"]
    found = [_product(number, *product) for number, product in enumerate(PRODUCTS) if _fits(product[0], wanted)]
    return wire.json_answer({"FormatVersion": "aws_v1", "PriceList": [json.dumps(product) for product in found]})


def _fits(attributes, wanted):
    has = {**attributes, "regionCode": REGION}
    return all(has.get(field) == value for field, value in wanted.items())


def _product(number, attributes, price):
    sku = f"SKU{number:013}"
    offer = f"{sku}.JRTCKXETXF"
    rate = f"{offer}.6YS6EN2CT7"
    dimension = {
        "unit": "Hrs", "beginRange": "0", "endRange": "Inf", "appliesTo": [], "rateCode": rate,
        "description": f"${price} per hour", "pricePerUnit": {"USD": f"{price:.10f}"},
    }  # fmt: skip
    term = {
        "sku": sku, "effectiveDate": "2026-11-01T00:00:00Z", "offerTermCode": "JRTCKXETXF", "termAttributes": {},
        "priceDimensions": {rate: dimension},
    }  # fmt: skip
    return {
        "product": {"productFamily": "Compute Instance", "sku": sku, "attributes": {**attributes, "regionCode": REGION}},
        "serviceCode": attributes["servicecode"],
        "terms": {"OnDemand": {offer: term}, "Reserved": {}},
        "version": "20261118215432",
        "publicationDate": PUBLISHED,
    }
