"""YAML as nodes with lines: what lets the policy file's reader name the line of every problem.
No key of the policy file is known here, and no YAML type is believed: scalars are read as text.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import yaml

from .fields import nearest
from .ledger import LedgerError

Node = yaml.nodes.Node
LONGEST_FILE = 1_000_000
DEEPEST = 20
NEUTRAL_WORDS = frozenset({"", "none", "null", "~", "no", "off", "false", "0", "0.0", "0.00"})


class Problem(NamedTuple):
    """One thing to mend: the line (from 1), the key, and a sentence."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: {self.message}"


class PolicyFileError(LedgerError):
    """A policy file that cannot be taken, with all of its problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("bad_policies", problems[0].key, "\n".join(map(str, problems)))
        self.problems = problems


class Problems:
    """Problems gathered while a file is read."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, node: Node, key: str, message: str) -> None:
        """One more, at the line of a node."""
        self._found[Problem(line_of(node), key, message)] = None

    def __len__(self) -> int:
        return len(self._found)

    def sorted(self) -> tuple[Problem, ...]:
        """All of them, by line."""
        return tuple(sorted(self._found))

    def stop(self) -> None:
        """Raise PolicyFileError if there are any."""
        if self._found:
            raise PolicyFileError(self.sorted())


def line_of(node: Node) -> int:
    """The line on which a node begins, from 1."""
    return int(node.start_mark.line) + 1


def compose(text: str) -> Node:
    """The root node of a document. Raises PolicyFileError for what is not plain YAML."""
    if len(text) > LONGEST_FILE:
        raise PolicyFileError((Problem(1, "the file", f"it is longer than {LONGEST_FILE}"),))
    try:
        _no_tricks(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except PolicyFileError:
        raise  # a ValueError too, and it says more
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        said = f"this is not YAML ({error.problem or 'unreadable'}); mend it there"
        raise PolicyFileError((Problem(line, "the file", said),)) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise PolicyFileError((Problem(1, "the file", "this is not YAML text"),)) from None
    if root is None:
        raise PolicyFileError((Problem(1, "the file", "it is empty; write policies:"),))
    return root


def _no_tricks(text: str) -> None:
    """Aliases, tags, several documents and deep nesting have no place in a policy file."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        what = ""
        if isinstance(event, yaml.AliasEvent):
            what = "aliases (*name) are not taken; write the value out"
        elif getattr(event, "tag", None):
            what = "tags (!name) are not taken; leave the tag out"
        elif documents > 1:
            what = "there is more than one document; keep one"
        elif depth > DEEPEST:
            what = "it is nested too deeply"
        if what:
            raise PolicyFileError((Problem(line, "the file", what),))


def neutral(node: Node) -> bool:
    """Whether a value says nothing: none, 0, an empty list, or a mapping of such."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).strip().lower() in NEUTRAL_WORDS
    if isinstance(node, yaml.MappingNode):
        return all(neutral(value) for _, value in node.value)
    return not node.value


class Block:
    """A mapping of the file. What it cannot give becomes a problem, never an exception."""

    def __init__(
        self,
        node: Node,
        name: str,
        known: Collection[str] | None,
        later: Collection[str],
        problems: Problems,
    ) -> None:
        self.node = node
        self.problems = problems
        self._nodes: dict[str, Node] = {}
        self.troubled = not isinstance(node, yaml.MappingNode)
        """Whether its very keys are a problem, so that a missing one need not be told as well."""
        if not isinstance(node, yaml.MappingNode):
            problems.add(node, name, "this is written with keys, as `key: value`")
            return
        for key_node, value in node.value:
            key = str(key_node.value)[:60] if isinstance(key_node, yaml.ScalarNode) else "?"
            before = len(problems)
            if key in self._nodes:
                problems.add(key_node, key, "the key stands here twice; keep one")
            elif known is None or key in known:
                self._nodes[key] = value
            elif key in later:
                if not neutral(value):
                    problems.add(
                        key_node, key, "this is not carried out by this version yet; leave it out"
                    )
            else:
                said = nearest(key, known)
                problems.add(key_node, key, f"{name} has no such key; {said}")
            self.troubled = self.troubled or len(problems) > before

    def problem(self, key: str, message: str) -> None:
        """A problem at the line of a key's value, or of the block where the key is missing."""
        self.problems.add(self._nodes.get(key, self.node), key, message)

    def keys(self) -> Iterator[str]:
        """The keys that are there."""
        return iter(self._nodes)

    def has(self, key: str) -> bool:
        """Whether a key is there with a value."""
        node = self._nodes.get(key)
        return node is not None and not (isinstance(node, yaml.ScalarNode) and node.value == "")

    def there(self, key: str) -> bool:
        """Whether a key is there at all."""
        return key in self._nodes

    def says(self, key: str) -> bool:
        """Whether a key is there with a value that says something: neither 0 nor none nor empty."""
        node = self._nodes.get(key)
        return node is not None and not neutral(node)

    def node_of(self, key: str) -> Node:
        """The node of a key that is there."""
        return self._nodes[key]

    def keyed(self, key: str) -> bool:
        """Whether what stands under a key is itself written with keys."""
        return isinstance(self._nodes.get(key), yaml.MappingNode)

    def text(self, key: str) -> str | None:
        """The text of a scalar, as written; null is absent."""
        node = self._nodes.get(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.problem(key, "this is a single value")
            return None
        value = str(node.value).strip()
        plain = node.style is None
        return None if plain and value.lower() in {"", "~", "null"} else value

    def scalar(self, key: str) -> str | None:
        """The text of a key that holds a single value; None where it holds more, or is missing."""
        node = self._nodes.get(key)
        return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single one may stand without brackets."""
        node = self._nodes.get(key)
        if isinstance(node, yaml.ScalarNode):
            one = self.text(key)
            return () if one is None else (one,)
        found = [n.value.strip() for n in self.sequence(key, 200) if isinstance(n, yaml.ScalarNode)]
        return tuple(dict.fromkeys(found))

    def sequence(self, key: str, most: int) -> list[Node]:
        """The nodes of a list; absent is empty."""
        node = self._nodes.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.problem(key, "this is a list, each entry on its own line behind `- `")
            return []
        if len(node.value) > most:
            self.problem(key, f"at most {most} entries are taken")
            return []
        return list(node.value)

    def child(
        self, key: str, known: Collection[str] | None, later: Collection[str]
    ) -> "Block | None":
        """The block under a key, if it is there."""
        if not self.has(key):
            return None
        return Block(self._nodes[key], key, known, later, self.problems)

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """One of the known words; absent is the first."""
        value = self.text(key)
        if value in words:
            return value
        if value is not None:
            self.problem(key, f"{value[:60]!r} is no such {key}; {nearest(value, words)}")
        return words[0]
