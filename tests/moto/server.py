"""moto with the gaps closed that matter to a client of AWS: `python tests/moto/server.py [PORT]`.

Listens on 127.0.0.1 only. Without a port, or with 0, the system chooses one. The first line on stdout is the
address. Everything this adds is behaviour of AWS that moto lacks; README.md beside it lists it.
"""

import logging
import os
import sys
from pathlib import Path

# moto reads these when it is imported, so nothing above may import it: refuse unknown types, images and keys
# as AWS does, and know our images instead of its own of 2017.
SETTINGS = {
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "1",
    "MOTO_ENABLE_AMI_VALIDATION": "1",
    "MOTO_ENABLE_KEYPAIR_VALIDATION": "1",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_AMIS_PATH": str(Path(__file__).with_name("images.json")),
}


def application():
    """The WSGI application, with every rule installed."""
    os.environ.update(SETTINGS)
    import alarm_rules
    import canonical_images
    import credential_report
    import ec2_rules
    import ec2_settings
    import identity_pages
    import lambda_settings
    import metric_rules
    import rds_rules
    import s3_rules
    import scaling_rules
    import scheduler_rules
    import states
    import tokens
    from front import Front
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    states.install()
    account = (ec2_rules, ec2_settings, rds_rules, alarm_rules, metric_rules, s3_rules, lambda_settings, credential_report, identity_pages)
    for rules in (*account, canonical_images, scaling_rules, scheduler_rules, tokens):
        rules.install()

    def loud(service):
        app = create_backend_app(service)
        app.config["PROPAGATE_EXCEPTIONS"] = True
        return app

    return Front(DomainDispatcherApplication(loud))


def main():
    """Serves until it is killed."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    front = application()

    class Handler(WSGIRequestHandler):
        """Shows the clock of the account, which a test may set wrong."""

        def date_time_string(self, timestamp=None):
            return front.date()

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = make_server("127.0.0.1", port, front, threaded=True, request_handler=Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
