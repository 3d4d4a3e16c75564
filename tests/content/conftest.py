"""A small topic file in which everything is right, and folders made of such files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLE = """\
---
slug: kettles
title: Kettles and cups
level: mid
difficulty: 4
category: data model
aliases: [kettle, "kettle()", __cup__, boiling water]
references:
  - "[Data model: object.__hash__](https://docs.python.org/3/reference/datamodel.html)"
---

## Answer
A kettle boils water. It is **not** a cup.

## Deep dive
Water is hot:

```python
print({1: "a"})
```
```output
{1: 'a'}
```

1. Fill.
2. Boil.

```python raises=TypeError
print("before")
len(1)
```
```output
before
```

## Real-world example
```python does-not-compile
x ===
```

## Common mistakes
- **Pouring early.** Wait for it.

## Production scenario
```python sketch
import kettle_server
```

## Follow-up questions
- **How hot?** Very. ([kettles](kettles.md))
- **How long?** Three minutes.

## Why it matters
Tea.

## Questions

### kettles-one-key
```yaml
kind: output
level: junior
difficulty: 3
format: prints
starter: true
```
What does this print?

```python
d = {1: "a", True: "b"}
print(d)
```

- [x] `{1: 'b'}`
  1 and `True` are equal.
- [ ] `{1: 'a', True: 'b'}`
  Two spellings, one key.

The first key stays.

### kettles-how-it-ends
```yaml
kind: choice
level: mid
difficulty: 5
format: prints
since: "3.11"
until: "3.14"
```
What happens?

```python
len(5)
```

- [ ] `1`
  An int has no length.
- [x] `TypeError`
  That is what `len` says.

Lengths belong to containers.

### kettles-which-are-true
```yaml
kind: select
level: senior
difficulty: 8
format: concept
```
Which are so?

- [x] `1 == True`
  A bool is an int.
- [x] `1 == 1.0`
  Numbers compare by value.
- [ ] `1 is True`
  Two objects.

Equality is about values.

```python proof
assert 1 == True == 1.0
```
"""


@pytest.fixture
def sample() -> str:
    """The text of ``kettles.md``."""
    return SAMPLE


@pytest.fixture
def make_pack(tmp_path: Path) -> Callable[..., Path]:
    """Makes a pack's folder: ``make_pack(kettles=text, name="team")``; dashes in slugs are written as underscores."""

    def make(name: str = "team", **topics: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        for slug, text in topics.items():
            (folder / f"{slug.replace('_', '-')}.md").write_text(text, encoding="utf-8")
        return folder

    return make
