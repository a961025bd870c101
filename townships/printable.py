"""PURE: text as XML can hold it, for documents and workbooks: pasted text brings signs that no such file has a place for."""

import re
from dataclasses import fields, is_dataclass, replace

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(value):
    """The same text, list, tuple or dataclass without those signs; anything else as it is."""
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(printable(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: printable(getattr(value, one.name)) for one in fields(value) if one.init})
    return value
