"""Files that prove a wish: pictures and PDFs, known by their content, kept where no address leads to them.

The sender's file name is not kept: what is handed back gets a name of ours.
"""

from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from townships.errors import Refused

LARGEST = 5 * 1024 * 1024
_FOLDER = "proofs"
#: kind → (how the content begins, media type)
KINDS = {
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "pdf": (b"%PDF-", "application/pdf"),
}


class BadProof(Refused):
    code = "proof.invalid"
    message = "证明只收照片（JPG、PNG）或 PDF：请拍照或另存后重新上传。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message)
        self.fields = {"proof": self.message}


def kind_of(content: bytes) -> str:
    """What the content is, whatever the file is called. Raises BadProof."""
    if len(content) > LARGEST:
        raise BadProof(f"证明超过 {LARGEST // 1024 // 1024} MB：请把照片缩小后重新上传。")
    for kind, (head, _) in KINDS.items():
        if content.startswith(head):
            return kind
    raise BadProof("证明是空文件：请重新选择。" if not content else None)


def keep(content: bytes) -> str:
    """Store it; the answer is its key, which ends with the kind. Raises BadProof."""
    return default_storage.save(f"{_FOLDER}/{uuid4().hex}.{kind_of(content)}", ContentFile(content))


def read(key: str) -> tuple[bytes, str, str]:
    """(content, kind, media type)."""
    with default_storage.open(key, "rb") as file:
        content = file.read()
    kind = key.rpartition(".")[2]
    return content, kind, KINDS[kind][1]


def drop(key: str) -> None:
    default_storage.delete(key)
