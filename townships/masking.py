"""Numbers of persons as a list shows them. Pure: no Django."""


def masked_identity(number: str) -> str:
    return f"{number[:4]}**********{number[-4:]}"


def masked_phone(number: str) -> str:
    """One too short to be a telephone number hides nothing and is shown whole."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 7 else number
