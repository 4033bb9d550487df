"""Making one content out of others while a service's lock is not held: that copies bytes, and takes its time."""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.sandbox.objects.content import Content, Contents


@dataclass(frozen=True, slots=True)
class Piece:
    """``length`` bytes of a content, from ``start`` on."""

    content: Content
    start: int
    length: int

    @classmethod
    def whole(cls, content: Content) -> Piece:
        return cls(content, 0, content.size)


class UnjoinedError(Exception):
    """Raised under a service's lock for pieces that are to be one content.

    Who catches it has released the lock, calls ``join`` and runs the request again from its checks on: what it finds
    then may be other pieces. Links keep the bytes whatever happens to their objects in the meantime.
    """

    def __init__(self, contents: Contents, pieces: list[Piece]) -> None:
        super().__init__("pieces to join")
        self.pieces = pieces
        self._contents = contents
        self._links = {content: contents.copy(content) for content in dict.fromkeys(each.content for each in pieces)}

    def join(self) -> Content:
        """The pieces, one after the other, as a new content."""
        cut: list[Content] = []
        try:
            return self._contents.join([self._linked(piece, cut) for piece in self.pieces])
        finally:
            for each in (*self._links.values(), *cut):
                self._contents.discard(each)

    def _linked(self, piece: Piece, cut: list[Content]) -> Content:
        link = self._links[piece.content]
        if piece == Piece.whole(piece.content):
            return link
        cut.append(self._contents.slice(link, piece.start, piece.length))
        return cut[-1]
