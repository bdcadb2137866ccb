"""Whether a command of the AWS CLI can work, by the service models that botocore ships: the operation exists, every parameter is one of its
own, the required ones are there, and words are among those that AWS takes. Nothing is run.
"""

import re
import shlex
from functools import cache

import botocore.session
import jmespath
from botocore import xform_name

# What muster puts in, and stands for any text here.
HOLES = ("{resource}", "{region}", "{account}")
SAMPLE = "SAMPLE"
EDITOR = "${EDITOR:-vi}"
GLOBAL = {"--region", "--query", "--output"}
# Services of no region, or of one that the CLI finds itself.
REGIONLESS = {"iam", "s3control"}
ALIASES = {"s3api": "s3"}
# Commands that are the CLI's own: how many words follow, and their options. AWS CLI Command Reference.
HIGH_LEVEL = {
    ("s3", "mb"): (1, set()),
    ("logs", "tail"): (1, {"--since", "--filter-pattern", "--follow", "--format", "--log-stream-names", "--log-stream-name-prefix"}),
}
# Options of the CLI that stand for parts of a parameter (awscli/customizations/ec2/secgroupsimplify.py).
OF_GROUPS = {"--protocol", "--port", "--cidr", "--source-group", "--group-owner"}
SIMPLIFIED = {
    ("ec2", verb): OF_GROUPS
    for verb in ("authorize-security-group-ingress", "authorize-security-group-egress", "revoke-security-group-ingress", "revoke-security-group-egress")
}
# A placeholder for whoever runs it: `TYPE`, `BUCKET_ARN`.
PLACEHOLDER = re.compile(r"[A-Z]+(_[A-Z]+)*")
NESTED = re.compile(r"\$\(([^()]*)\)")


class Wrong(Exception):
    """Why a command cannot work."""


def check(command):
    """Raises `Wrong` unless every part of a line for the shell can work."""
    for hole in HOLES:
        command = command.replace(hole, SAMPLE)
    if left := re.search(r"(?<!\$)\{\w+\}", command):
        raise Wrong(f"{left[0]} is nothing that muster puts in")
    while inner := NESTED.search(command):
        check(inner[1].replace('\\"', '"'))
        # Quotes around it may hold quotes of its own, which shlex would take for their end.
        start, end = inner.span()
        quoted = command[start - 1 : start] == '"' and command[end : end + 1] == '"'
        command = command[: start - quoted] + SAMPLE + command[end + quoted :]
    if "$" in re.sub(r"'[^']*'", "", command.replace(EDITOR, "")):
        raise Wrong("a dollar outside of single quotes is the shell's")
    written = {}
    for words, target in _simple(command):
        answer = _one(words, written)
        if target:
            written[target] = answer


def _simple(command):
    """The commands of a line, and the file that the output of each goes to."""
    try:
        lexer = shlex.shlex(command.replace(EDITOR, "EDITOR"), posix=True, punctuation_chars="&;|<>")
        lexer.whitespace_split, lexer.commenters = True, ""
        words = list(lexer)
    except ValueError as error:
        raise Wrong(f"the shell cannot read it: {error}") from error
    parts, rest = [([], None)], iter(words)
    for word in rest:
        if word == "&&" or word == ";":
            parts.append(([], None))
        elif word == ">":
            parts[-1] = (parts[-1][0], next(rest, None))
        else:
            parts[-1][0].append(word)
    return parts


def _one(words, written):
    """Checks a command. Gives what it prints, as far as the model says."""
    if words[:1] == ["EDITOR"]:
        return None
    if words[:1] != ["aws"] or len(words) < 3:
        raise Wrong(f"`{' '.join(words)}` is no command of the AWS CLI")
    service, verb, rest = words[1], words[2], words[3:]
    count, _ = HIGH_LEVEL.get((service, verb), (0, None))
    options = _options(rest[count:])
    if service not in REGIONLESS and not options.get("--region"):
        raise Wrong(f"aws {service} {verb} says no region")
    if (service, verb) in HIGH_LEVEL:
        return _high_level(HIGH_LEVEL[service, verb], rest, options)
    return _of_model(service, verb, options, written)


def _high_level(known, rest, options):
    count, allowed = known
    if any(word.startswith("--") for word in rest[:count]) or len(rest) < count:
        raise Wrong(f"{count} words wanted before options, not {rest[:count]}")
    if strange := set(options) - allowed - GLOBAL:
        raise Wrong(f"no such options: {sorted(strange)}")


def _options(words):
    """Values by option."""
    found = {}
    for word in words:
        if word.startswith("--"):
            if word in found:
                raise Wrong(f"{word} stands twice")
            found[word] = values = []
        elif not found:
            raise Wrong(f"`{word}` belongs to no option")
        else:
            values.append(word)
    return found


# --- by the model


@cache
def _model(service):
    session = botocore.session.get_session()
    name = ALIASES.get(service, service)
    if name not in session.get_available_services() or service in ALIASES.values():
        raise Wrong(f"the CLI has no service `{service}`")
    return session.get_service_model(name)


@cache
def _operation(service, verb):
    model = _model(service)
    for name in model.operation_names:
        if xform_name(name, "-") == verb:
            return model.operation_model(name)
    raise Wrong(f"`{service}` has no operation `{verb}`")


def _of_model(service, verb, options, written):
    operation, simplified = _operation(service, verb), SIMPLIFIED.get((service, verb), set())
    shape = operation.input_shape
    members = {f"--{xform_name(name, '-')}": (name, member) for name, member in (shape.members if shape else {}).items()}
    given, answer = set(), _sample(operation.output_shape)
    for option, values in options.items():
        if option in GLOBAL - members.keys():
            answer = _global(operation, option, values, answer)
        elif option not in simplified:
            given.add(_option(members, option, values))
            _fits(members, option, values, written)
    if lacks := set(shape.required_members if shape else ()) - given:
        raise Wrong(f"aws {service} {verb} lacks {sorted(lacks)}")
    return answer


def _global(operation, option, values, answer):
    if len(values) != 1:
        raise Wrong(f"{option} takes one value, not {values}")
    if option != "--query":
        return answer
    if not (found := jmespath.search(values[0], answer)):
        raise Wrong(f"{values[0]} finds nothing in what {operation.name} answers")
    return found


def _fits(members, option, values, written):
    """What one command wrote another must take: `get` tells more than `put` lets in."""
    answer = written.get(values[0].removeprefix("file://")) if values else None
    shape = members[option][1] if option in members else None
    if isinstance(answer, dict) and shape.type_name == "structure" and (strange := answer.keys() - shape.members.keys()):
        raise Wrong(f"{option} has no member {sorted(strange)}, which {values[0]} holds")


def _option(members, option, values):
    """Name of the member that an option stands for."""
    positive = option.replace("--no-", "--", 1)
    name, shape = members.get(option) or members.get(positive) or (None, None)
    if shape is None:
        raise Wrong(f"no such parameter: {option}")
    if _is_flag(shape):
        if values:
            raise Wrong(f"{option} takes no value, not {values}")
    elif option not in members or not values:
        raise Wrong(f"{option} lacks its value" if option in members else f"{positive} is no flag, so there is no {option}")
    else:
        _values(option, shape, values)
    return name


def _is_flag(shape):
    # EC2 has structures of one boolean (awscli/customizations/toplevelbool.py).
    single = shape.type_name == "structure" and list(shape.members) == ["Value"] and shape.members["Value"].type_name == "boolean"
    return shape.type_name == "boolean" or single


def _values(option, shape, values):
    if shape.type_name != "list" and len(values) != 1:
        raise Wrong(f"{option} takes one value, not {values}")
    for value in values:
        if value.startswith(("file://", "fileb://")):
            if (shape.type_name == "blob") != value.startswith("fileb://"):
                raise Wrong(f"{option} is {shape.type_name}, and so does not take {value}")
        else:
            _value(option, shape.member if shape.type_name == "list" else shape, value)


def _value(option, shape, value):
    kind = shape.type_name
    if kind == "structure" and list(shape.members) == ["Value"] and "=" not in value:
        # The CLI takes the bare value (awscli/argprocess.py).
        shape, kind = shape.members["Value"], shape.members["Value"].type_name
    if kind == "structure":
        _shorthand(option, shape, value)
    elif kind == "map":
        if "=" not in value:
            raise Wrong(f"{option} takes KEY=VALUE, not {value}")
    elif kind in ("integer", "long") and not (value.isdigit() or PLACEHOLDER.fullmatch(value)):
        raise Wrong(f"{option} takes a number, not {value}")
    elif getattr(shape, "enum", None) and value not in shape.enum and not PLACEHOLDER.fullmatch(value):
        raise Wrong(f"{option} takes one of {shape.enum}, not {value}")


def _shorthand(option, shape, value):
    """`Name=group-id,Values=a,b`: what has no name belongs to the list before it."""
    member = None
    for part in value.split(","):
        name, is_named, text = part.partition("=")
        if is_named:
            member = shape.members.get(name)
            if member is None:
                raise Wrong(f"{option} has no member {name}, only {list(shape.members)}")
        elif member is None or member.type_name != "list":
            raise Wrong(f"{option}: `{part}` belongs to nothing")
        else:
            text = part
        _value(f"{option} {name}", member.member if member.type_name == "list" else member, text)


def _sample(shape, above=()):
    """An answer with everything in it; every text is that which stands for what muster puts in."""
    if shape is None or shape.name in above:
        return None
    above = (*above, shape.name)
    match shape.type_name:
        case "structure":
            return {name: _sample(member, above) for name, member in shape.members.items()}
        case "list":
            return [_sample(shape.member, above)]
        case "map":
            return {key: _sample(shape.value, above) for key in getattr(shape.key, "enum", None) or [SAMPLE]}
        case "integer" | "long" | "float" | "double":
            return 1
        case "boolean":
            return True
        case _:
            return SAMPLE
