"""Service Quotas: ListServiceQuotas and GetServiceQuota, which moto lacks, with AWS's default values."""

import wire

# code: (service, name, value)
DEFAULTS = {
    "L-1216C47A": ("ec2", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 1152.0),
    "L-E79EC296": ("vpc", "VPC security groups per Region", 2500.0),
    "L-0EA8095F": ("vpc", "Inbound or outbound rules per security group", 60.0),
    "L-2B86AAC5": ("monitoring", "Number of alarms", 5000.0),
    "L-7B6409FD": ("rds", "DB instances", 40.0),
}


class Quotas:
    """The account's quotas; a test may lower one."""

    def __init__(self):
        self.values = {code: value for code, (_, _, value) in DEFAULTS.items()}

    def answer(self, request):
        """Answers a call of the service."""
        service = request.params.get("ServiceCode")
        listed = [self._quota(request, code) for code, (of, _, _) in DEFAULTS.items() if of == service]
        if request.operation in ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"):
            if not listed:
                return wire.error(request, 400, "NoSuchResourceException", f"The service {service} does not exist")
            return wire.json_answer({"Quotas": listed})
        if request.operation == "GetServiceQuota":
            code = request.params.get("QuotaCode")
            for quota in listed:
                if quota["QuotaCode"] == code:
                    return wire.json_answer({"Quota": quota})
            return wire.error(request, 400, "NoSuchResourceException", f"The quota {code} of {service} does not exist")
        return wire.error(request, 400, "UnknownOperationException", request.operation)

    def _quota(self, request, code):
        service, name, _ = DEFAULTS[code]
        arn = f"arn:aws:servicequotas:{request.region}:{request.account}:{service}/{code}"
        return {
            "ServiceCode": service,
            "ServiceName": service,
            "QuotaArn": arn,
            "QuotaCode": code,
            "QuotaName": name,
            "Value": self.values[code],
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }
