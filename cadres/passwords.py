"""What a password must not tell of its owner: his name in pinyin, his birthday, his identity number (等保 2–3)."""

from django.core.exceptions import ValidationError

from cadres.models import Cadre
from cadres.pinyin import initials, syllables

#: A shorter reading of a name (吴一 is wuyi, 吕娥 lve) stands in honest passwords by chance.
SHORTEST_NAME = 4
TAIL = 6


def telling(name: str, id_number: str, phone: str) -> set[str]:
    """Small letters and digits that give the owner away wherever they stand."""
    read = [syllable for syllable in syllables(name) if syllable.isascii()]
    pieces = {"".join(read), "".join(read[1:] + read[:1])}
    found = {piece for piece in pieces if len(piece) >= SHORTEST_NAME}
    if id_number:
        year, birthday = id_number[6:10], id_number[6:14]
        found |= {id_number.lower(), id_number[-TAIL:].lower(), birthday, birthday[2:]}
        # The classic: initials or surname with the year or the day of birth.
        for part in {initials(name), *read}:
            found |= {f"{part}{digits}" for digits in (year, birthday[4:]) if part}
            found |= {f"{digits}{part}" for digits in (year, birthday[4:]) if part}
    if len(phone) >= TAIL:
        found |= {phone, phone[-TAIL:]}
    return found


class NotOnesNameOrNumbers:
    """Signs between the letters do not help: Gan-Yu_1985 is ganyu1985."""

    def validate(self, password: str, user=None) -> None:
        if user is None:
            return
        cadre = Cadre.objects.filter(user=user).first() if user.pk else None
        name = cadre.name if cadre else user.display_name
        bare = "".join(sign for sign in password.lower() if sign.isascii() and sign.isalnum())
        pieces = telling(name, cadre.id_number if cadre else "", cadre.phone if cadre else "")
        if any(piece in bare for piece in pieces):
            raise ValidationError(
                "密码里不能有本人姓名的拼音、生日、身份证号或手机号码。", code="password_about_oneself"
            )

    def get_help_text(self) -> str:
        return "不能有本人姓名的拼音、生日、身份证号或手机号码。"
