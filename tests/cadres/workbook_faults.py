"""Ways to damage a workbook or to fill it with what nobody expects; each takes bytes and a random source, gives bytes."""

import io
import re
import struct
import zipfile
from random import Random

SHEET = "xl/worksheets/sheet1.xml"


def rewritten(content: bytes, changes, *, more=()) -> bytes:
    """The zip with some parts changed by name (a function of the part's bytes) and more parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, changes[name](part) if name in changes else part)
        for name, part in more:
            new.writestr(name, part)
    return out.getvalue()


def in_sheet(content: bytes, change) -> bytes:
    return rewritten(content, {SHEET: change})


def flipped_bytes(content: bytes, random: Random) -> bytes:
    broken = bytearray(content)
    for _ in range(random.randint(1, 20)):
        broken[random.randrange(len(broken))] = random.randrange(256)
    return bytes(broken)


def cut_short(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


def bytes_before_and_after(content: bytes, random: Random) -> bytes:
    return random.randbytes(random.randint(0, 30)) + content + random.randbytes(random.randint(0, 30))


def _other_part(content: bytes, random: Random) -> str:
    return random.choice([n for n in zipfile.ZipFile(io.BytesIO(content)).namelist() if not n.endswith("/")])


def a_part_is_missing(content: bytes, random: Random) -> bytes:
    gone = _other_part(content, random)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != gone:
                new.writestr(name, old.read(name))
    return out.getvalue()


def a_part_is_broken(content: bytes, random: Random) -> bytes:
    return rewritten(content, {_other_part(content, random): lambda part: flipped_bytes(part or b" ", random)})


def xml_tags_are_shuffled(content: bytes, random: Random) -> bytes:
    def shuffle(xml: bytes) -> bytes:
        tags = re.findall(rb"<[^>]+>|[^<]+", xml)
        for _ in range(random.randint(1, 6)):
            i, j = random.randrange(len(tags)), random.randrange(len(tags))
            tags[i], tags[j] = tags[j], tags[i]
        return b"".join(tags)

    return in_sheet(content, shuffle)


def xml_ends_early(content: bytes, random: Random) -> bytes:
    return in_sheet(content, lambda xml: xml[: random.randrange(len(xml))])


def an_entity_bomb(content: bytes, random: Random) -> bytes:
    lines = ['<!ENTITY a0 "lol">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    doctype = f"<!DOCTYPE w [{''.join(lines)}]>".encode()

    def bomb(xml: bytes) -> bytes:
        body = xml[xml.index(b"?>") + 2 :] if xml.startswith(b"<?xml") else xml
        return doctype + re.sub(rb"<v>[^<]*</v>|<t>[^<]*</t>", b"<t>&a9;</t>", body, count=random.randint(1, 5))

    return rewritten(content, {random.choice([SHEET, "xl/sharedStrings.xml", "xl/styles.xml"]): bomb})


def an_outside_entity(content: bytes, random: Random) -> bytes:
    doctype = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return in_sheet(content, lambda xml: doctype + xml.replace(b"</v>", b"&x;</v>", random.randint(1, 3)))


def a_zip_bomb(content: bytes, megabytes: int) -> bytes:
    blanks = b" " * (megabytes << 20) + b"</sheetData>"
    return rewritten(content, {SHEET: lambda xml: xml.replace(b"</sheetData>", blanks)})


def a_lying_size(content: bytes, random: Random) -> bytes:
    at = content.rfind(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", random.choice([0, 1, 2**31, 2**32 - 1])) + content[at + 28 :]


def a_far_cell(content: bytes, random: Random) -> bytes:
    place = random.choice([(1048576, "XFD"), (9, "XFD"), (1048576, "A"), (2**32, "A"), (0, "A"), (7, "ZZZZ")])
    quote = random.choice(['"', "'"])
    cell = f'<row r="{place[0]}"><c r="{place[1]}{place[0]}"><v>1</v></c></row></sheetData>'.replace('"', quote)
    return in_sheet(content, lambda xml: xml.replace(b"</sheetData>", cell.encode()))


def shared_strings_out_of_range(content: bytes, random: Random) -> bytes:
    wrong = random.choice([b"<v>99999999</v>", b"<v>-1</v>", b"<v>x</v>", b"<v></v>"])
    return in_sheet(content, lambda xml: re.sub(rb"<v>\d+</v>", wrong, xml, count=random.randint(1, 9)))


def styles_out_of_range(content: bytes, random: Random) -> bytes:
    return in_sheet(content, lambda xml: xml.replace(b"<c ", b'<c s="%d" ' % random.choice([7, 65000, 2**31]), 9))


def unknown_types(content: bytes, random: Random) -> bytes:
    kind = random.choice([b"e", b"b", b"str", b"d", b"inlineStr", b"zz"])
    return in_sheet(content, lambda xml: re.sub(rb't="\w+"', b't="%s"' % kind, xml, count=random.randint(1, 9)))


def strange_numbers(content: bytes, random: Random) -> bytes:
    number = random.choice([b"NaN", b"1e999", b"-0", b"1E+400", b"9" * 400, b"0x1", b"inf"])
    return in_sheet(content, lambda xml: re.sub(rb't="s"><v>\d+</v>', b"><v>%s</v>" % number, xml, count=5))


def wrong_dimension(content: bytes, random: Random) -> bytes:
    said = random.choice([b"A1", b"A1:XFD1048576", b"B9:A1", b"", b"x"])
    return in_sheet(content, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%s"' % said, xml))


def merges_everywhere(content: bytes, random: Random) -> bytes:
    def area() -> str:
        r, c = random.randint(1, 40), random.randint(0, 8)
        return f"{chr(65 + c)}{r}:{chr(65 + c + random.randint(0, 5))}{r + random.randint(0, 5)}"

    many = [*(area() for _ in range(3000)), random.choice(["A1:XFD1048576", "B2:A1", "A1", "ZZ:1", "A3:A1048576"])]
    xml = "".join(f'<mergeCell ref="{ref}"/>' for ref in many)
    merges = f'</sheetData><mergeCells count="{len(many)}">{xml}</mergeCells>'.encode()
    return in_sheet(content, lambda sheet: sheet.replace(b"</sheetData>", merges))


def another_container(content: bytes, random: Random) -> bytes:
    return random.choice(
        [
            b"PK\x03\x04" + random.randbytes(200),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.randbytes(2000),
            b"%PDF-1.7\n" + random.randbytes(200),
            b"\x89PNG\r\n\x1a\n" + random.randbytes(200),
            b"<html><table><tr><td>" + "姓名".encode() + b"</td></tr></table></html>",
            b'<?xml version="1.0"?><Workbook/>',
            rewritten(content, {}, more=[("xl/workbook.bin", b"x")]),
            "姓名,性别\x00,民族".encode(),
            random.randbytes(500),
            b"\xff\xfe" + random.randbytes(301),
            b"",
            b"\0" * 600,
        ]
    )


FAULTS = (
    flipped_bytes,
    cut_short,
    bytes_before_and_after,
    a_part_is_missing,
    a_part_is_broken,
    xml_tags_are_shuffled,
    xml_ends_early,
    an_entity_bomb,
    an_outside_entity,
    a_lying_size,
    a_far_cell,
    shared_strings_out_of_range,
    styles_out_of_range,
    unknown_types,
    strange_numbers,
    wrong_dimension,
    merges_everywhere,
    another_container,
)
