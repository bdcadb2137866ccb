"""The WSGI application in front of moto: record, judge, hurt, translate, answer."""

import traceback

import cloudwatch_cbor
import ec2_settings
import faults
import iam_enforce
import iam_simulate
import lambda_settings
import prices
import s3_rules
import wire
from control import Control
from quotas import Quotas
from recorder import Recorder


class Front:
    """One server with its own records, faults and policies."""

    def __init__(self, moto):
        self._moto = moto
        self._recorder = Recorder()
        self._faults = faults.Faults()
        self._enforcer = iam_enforce.Enforcer()
        self._quotas = Quotas()
        self._control = Control(self._recorder, self._faults, self._enforcer, self._quotas)

    def __call__(self, env, start):
        request = wire.read_request(env)
        if request.path.startswith("/lab/"):
            return self._control.answer(env, request.body).send(start)
        return self._answer(request).send(start)

    def date(self):
        """The Date header of every answer."""
        return self._control.date()

    def _answer(self, request):
        with wire.LOCK:
            checks = iam_enforce.checks_for(request)
            denied = self._enforcer.denial(request, checks)
        fault = None if denied else self._faults.take(request.operation)
        try:
            answer = denied or self._perform(request, fault)
        except ConnectionAbortedError:
            self._recorder.add(request, checks, 0, denied=False)
            raise
        self._recorder.add(request, checks, answer.code, denied=denied is not None)
        return answer

    def _perform(self, request, fault):
        if fault:
            return faults.perform(fault, request, lambda: self._forward(request))
        return self._forward(request)

    def _forward(self, request):
        try:
            return self._dispatch(request)
        except Exception:
            # A hole in moto, or a bug of ours: said on stderr, since the caller only sees a 500.
            traceback.print_exc()
            return wire.error(request, 500, "InternalFailure", f"{request.service}:{request.operation} crashed in the test server")

    def _dispatch(self, request):
        if request.service == "servicequotas":
            return self._quotas.answer(request)
        if request.service == "pricing":
            return prices.answer(request)
        if (request.service, request.operation) == ("iam", iam_simulate.OPERATION):
            return iam_simulate.answer(request, self._enforcer.policies_of(request.access_key))
        if (request.service, request.operation) == ("ssm", "DescribeInstanceInformation"):
            return ec2_settings.managed(request)
        for ours in (ec2_settings, s3_rules, lambda_settings):
            if answer := ours.answer(request):
                return answer
        if request.protocol == "cbor":
            return cloudwatch_cbor.answer(request, self._moto)
        got = wire.call(self._moto, request.env, request.body)
        return lambda_settings.repaired(request, s3_rules.repaired(request, got))
