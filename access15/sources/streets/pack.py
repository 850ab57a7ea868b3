"""Records of arrays, shapes and texts as plain values and bytes, and back, led by their types.

Both ways go by what a class says of its fields, never by what stands in a file: whatever a file
holds, nothing but these records can come out of it.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from mmap import mmap
from typing import (
    Any,
    Literal,
    NamedTuple,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.remarks import Remark, read_remark, write_remark

_T = TypeVar("_T")
_ALIGNED = 8  # bytes: every array begins where any number may


class Sink(Protocol):
    """Where arrays are put, one behind the other: bytes in memory, or a file."""

    def extend(self, more: bytes, /) -> None:
        """Put bytes at the end."""

    def __len__(self) -> int:
        """How many bytes there are."""


_Write = Callable[[Any, Sink], Any]
_Read = Callable[[Any, Any], Any]
_SIMPLE: dict[Any, type] = {str: str, bool: bool, int: int}


class _Codec(NamedTuple):
    """How one type is written and read."""

    write: _Write
    read: _Read


def pack(kind: type[_T], record: _T) -> tuple[Any, bytes]:
    """Plain values of a record, and its arrays as bytes; TypeError where it is not what its class
    says.

    Examples
    --------
    >>> from access15.sources.streets.boxes import Clip
    >>> pack(Clip, Clip((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 2.0, 2.0)))
    ([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0]], b'')
    """
    arrays = bytearray()
    values = pack_into(kind, record, arrays)
    return values, bytes(arrays)


def pack_into(kind: type[_T], record: _T, sink: Sink) -> Any:
    """Plain values of a record, whose arrays go where they are put; TypeError as `pack`."""
    return _codec_of(kind).write(record, sink)


def unpack(kind: type[_T], values: Any, arrays: bytes | memoryview | mmap) -> _T:
    """A record of plain values and bytes; ValueError, TypeError or an error of shapely where these
    are not of its kind.
    """
    record: _T = _codec_of(kind).read(values, arrays)
    return record


def _codec_of(kind: Any) -> _Codec:
    """How a type is written and read, found once."""
    return _codec(kind)


@cache
def _codec(kind: Any) -> _Codec:
    """How a type is written and read."""
    if kind in _SIMPLE:
        return _exactly(_SIMPLE[kind])
    if kind is float:
        return _Codec(lambda value, _: float(value), lambda node, _: _check(node, float))
    if kind is Remark:
        return _Codec(lambda value, _: write_remark(value), lambda node, _: read_remark(node))
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return _record(kind)
    return _codec_of_parts(kind, get_origin(kind), get_args(kind))


def _codec_of_parts(kind: Any, origin: Any, parts: tuple[Any, ...]) -> _Codec:
    """How a type that is made of others is written and read."""
    if origin is Literal:
        return _one_of(parts)
    if origin in (Union, types.UnionType):
        return _maybe(next(part for part in parts if part is not types.NoneType))
    if origin is np.ndarray:
        dtype = get_args(parts[1])[0]
        return _SHAPES if dtype is np.object_ else _array(np.dtype(dtype))
    if origin in (tuple, list):
        return _row(origin, parts)
    if origin is not None and issubclass(origin, Mapping):
        return _table(*parts)
    raise TypeError(f"{kind} cannot be kept")


def _check(value: Any, kind: type) -> Any:
    """The value, if it is exactly of a type; numpy's own numbers are others."""
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _exactly(kind: type) -> _Codec:
    """A text, a whole number, yes or no."""
    return _Codec(lambda value, _: _check(value, kind), lambda node, _: _check(node, kind))


def _one_of(allowed: tuple[Any, ...]) -> _Codec:
    """One of a few texts."""

    def check(value: Any, _: object) -> Any:
        if value not in allowed:
            raise TypeError(f"{value!r} is none of {allowed}")
        return value

    return _Codec(check, check)


def _maybe(kind: Any) -> _Codec:
    """Something, or nothing."""
    inner = _codec(kind)
    return _Codec(
        lambda value, arrays: None if value is None else inner.write(value, arrays),
        lambda node, arrays: None if node is None else inner.read(node, arrays),
    )


def _row(kind: Callable[[list[Any]], Any], parts: tuple[Any, ...]) -> _Codec:
    """Several of one type, or a fixed number of different ones."""
    if len(parts) == 1 or parts[-1] is Ellipsis:
        one = _codec(parts[0])
        return _Codec(
            lambda value, arrays: [one.write(item, arrays) for item in value],
            lambda node, arrays: kind([one.read(item, arrays) for item in _check(node, list)]),
        )
    own = [_codec(part) for part in parts]
    return _Codec(
        lambda value, arrays: [
            codec.write(item, arrays) for codec, item in zip(own, value, strict=True)
        ],
        lambda node, arrays: kind(
            [codec.read(item, arrays) for codec, item in zip(own, _check(node, list), strict=True)]
        ),
    )


def _table(key: Any, value: Any) -> _Codec:
    """Things by name."""
    keys, own = _codec(key), _codec(value)
    return _Codec(
        lambda table, arrays: {
            keys.write(name, arrays): own.write(one, arrays) for name, one in table.items()
        },
        lambda node, arrays: {
            keys.read(name, arrays): own.read(one, arrays)
            for name, one in _check(node, dict).items()
        },
    )


def _record(kind: Any) -> _Codec:
    """A dataclass or a named tuple: its fields in their order."""
    hints = get_type_hints(kind)
    names = [one.name for one in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    own = [_codec(hints[name]) for name in names]
    return _Codec(
        lambda value, arrays: [
            codec.write(getattr(value, name), arrays)
            for name, codec in zip(names, own, strict=True)
        ],
        lambda node, arrays: kind(
            **{
                name: codec.read(item, arrays)
                for name, codec, item in zip(names, own, _check(node, list), strict=True)
            }
        ),
    )


def _array(dtype: np.dtype[Any]) -> _Codec:
    """An array of numbers: where it begins among the bytes, and its shape."""

    def write(value: NDArray[Any], arrays: Sink) -> list[int]:
        if value.dtype != dtype:
            raise TypeError(f"an array is of {value.dtype}, not of {dtype}")
        arrays.extend(bytes(-len(arrays) % _ALIGNED))
        at = len(arrays)
        arrays.extend(np.ascontiguousarray(value).tobytes())
        return [at, *value.shape]

    def read(node: Any, arrays: bytes) -> NDArray[Any]:
        at, *shape = (_check(item, int) for item in _check(node, list))
        if min(at, *shape) < 0 or not shape:
            raise ValueError("an array is nowhere")
        n = math.prod(shape)
        if n == 0:
            return np.zeros(shape, dtype)
        found = np.frombuffer(arrays, dtype, n, at).reshape(shape)
        if dtype == np.bool_ and found.view(np.uint8).max() > 1:
            raise ValueError("neither yes nor no")
        return found

    return _Codec(write, read)


_LENGTHS, _BYTES = _array(np.dtype(np.int64)), _array(np.dtype(np.uint8))


def _write_shapes(value: NDArray[np.object_], arrays: Sink) -> Any:
    """Shapes as WKB, one behind the other."""
    packed = [b"" if one is None else one for one in shapely.to_wkb(value)]
    lengths = np.array([len(one) for one in packed], dtype=np.int64)
    joined = np.frombuffer(b"".join(packed), dtype=np.uint8)
    return [_LENGTHS.write(lengths, arrays), _BYTES.write(joined, arrays)]


def _read_shapes(node: Any, arrays: bytes) -> NDArray[np.object_]:
    """Shapes of WKB."""
    where, what = _check(node, list)
    lengths, joined = _LENGTHS.read(where, arrays), _BYTES.read(what, arrays).tobytes()
    if lengths.ndim != 1 or (lengths < 0).any() or lengths.sum() != len(joined):
        raise ValueError("shapes are not whole")
    ends = np.cumsum(lengths).tolist()
    packed = np.empty(len(ends), dtype=object)
    begin = 0
    for i, end in enumerate(ends):
        packed[i] = joined[begin:end] or None
        begin = end
    return np.asarray(shapely.from_wkb(packed))


_SHAPES = _Codec(_write_shapes, _read_shapes)
