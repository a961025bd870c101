"""What the tests of the reader share: three people in a plain table, read."""

from cadres.roster.columns import ROSTER
from cadres.roster.reader import Reading, read_tables
from tests.cadres.roster_files import person, table

PEOPLE = [person(n) for n in range(1, 4)]
NUMBERS = [row["身份证号码"] for row in PEOPLE]


def read(content: bytes, filename: str = "花名册.xlsx") -> Reading:
    return read_tables(content, columns=ROSTER, filename=filename)


def numbers(reading: Reading) -> list:
    return [row["id_number"] for row in reading.rows]


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


PLAIN = table(PEOPLE)
