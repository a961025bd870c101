"""What a page sends back, read with care: anybody can write anything there. Pure: no Django."""


def row_key(text: str) -> int | None:
    """The primary key that `text` is; None where it is none, or more digits than a database keeps."""
    return int(text) if text.isdecimal() and len(text) < 19 else None
