"""Why something is no photo, and why a piece does not fit."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError, TooMany


class PhotoRefused(DomainError):
    """The file will never be a photo here, however often it is sent; each kind says what to do instead."""

    status = 422
    code = "photo_unreadable"
    text = _l("这张照片打不开，可能没有存完整。请换一张，或者重新拍。")


class PhotoTooLarge(PhotoRefused):
    """It has more bytes than a photo may have."""

    status = 413
    code = "photo_too_large"
    text = _l("照片超过 15 MB 了。请换一张小一点的。")


class PhotoTooManyPixels(PhotoRefused):
    """Its header promises more pixels than a photo may have."""

    code = "photo_too_many_pixels"
    text = _l("照片超过 4000 万像素了。请把相机的尺寸调小，再拍一张。")


class PhotoNotImage(PhotoRefused):
    """It is not one of the four kinds of image, by its content."""

    code = "photo_not_image"
    text = _l("这不是照片。请选 JPEG、PNG、WebP 或 HEIC 照片。")


REFUSALS = {refusal.code: refusal for refusal in (PhotoRefused, PhotoTooLarge, PhotoTooManyPixels, PhotoNotImage)}


class UploadElsewhere(DomainError):
    """The piece does not begin where the upload stopped; the answer says where it did."""

    status = 409
    code = "upload_elsewhere"
    text = _l("这一段接不上：已经收到 %(offset)s 字节，请从那里接着传。")

    @property
    def extra(self) -> dict[str, Any]:
        """Where the next piece begins."""
        return {"offset": self.params["offset"]}


class UploadDiffers(DomainError):
    """The same number stands for a file of another size already."""

    status = 409
    code = "upload_differs"
    text = _l("这个编号已经用于另一张照片。新的照片要用新的编号。")


class PieceNotFitting(DomainError):
    """The piece is too small to be worth a row, or longer than what is missing."""

    status = 422
    code = "piece_not_fitting"
    text = _l("这一段太短，或者超过了照片的大小。每段 16 KB 到 2 MB，最后一段可以更短。")


class PieceNotBytes(DomainError):
    """A piece is bytes, not a form and not JSON."""

    status = 415
    code = "piece_not_bytes"
    text = _l("请用 application/octet-stream 发送这一段。")


class TooManyPhotos(TooMany):
    """The person's limit of a day is reached."""

    code = "too_many_photos"
    text = _l("今天传的照片已经很多了。剩下的明天再传。")
