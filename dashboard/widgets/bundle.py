"""A widget's ES modules as the one script that a Streamlit component takes.

Each file is a module to the linter, the type checker and Node's test runner. The browser gets one:
the files one after the other, what is imported first, without `import … from` and `export`.
Therefore a widget's files share one set of names, and nothing is renamed on import.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.{1,2}/[^"]+\.js)";\n', re.MULTILINE)
_OTHER_IMPORT = re.compile(r"^import\b(?!\().*", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const|let)\b)", re.MULTILINE)
_OTHER_EXPORT = re.compile(r"^export\b.*", re.MULTILINE)
_DECLARED = re.compile(
    r"^(export )?(?:async )?(?:function\*?|class|const|let) ([\w$]+)", re.MULTILINE
)
_DEFAULT = "export default "


@dataclass(frozen=True)
class _Module:
    path: Path
    source: str

    @cached_property
    def imports(self) -> list[tuple[Path, list[str]]]:
        """The files that it imports, with the names that it wants of each."""
        return [
            ((self.path.parent / address).resolve(), re.findall(r"[^\s,][^,]*(?<!\s)", names))
            for names, address in _IMPORT.findall(self.source)
        ]

    @cached_property
    def declared(self) -> list[str]:
        return [name for _, name in _DECLARED.findall(self.source)]

    @cached_property
    def exported(self) -> set[str]:
        return {name for mark, name in _DECLARED.findall(self.source) if mark}

    @cached_property
    def script(self) -> str:
        """The source without what only modules have, but for a default export."""
        script = _EXPORT.sub("", _IMPORT.sub("", self.source))
        others = chain(_OTHER_IMPORT.findall(script), _OTHER_EXPORT.findall(script))
        for line in others:
            if not line.startswith(_DEFAULT):
                raise ValueError(
                    f"{self.path.name} needs imports such as"
                    f' `import {{ name }} from "./file.js";` and exports where a name is declared,'
                    f" got {line!r}."
                )
        return script


def bundle(entry: Path) -> str:
    """Join a widget's modules.

    Args:
        entry: The module with the default export, which Streamlit calls.

    Raises:
        FileNotFoundError: An imported file is missing.
        ValueError: Files import each other in a circle, declare the same name, want a name that
            is not exported, have not exactly one default export, or use other forms of import.
    """
    modules: dict[Path, _Module] = {}
    _collect(entry.resolve(), modules, ())
    ordered = list(modules.values())
    scripts = [module.script for module in ordered]
    _check_imports(modules)
    _check_names(ordered)
    defaults = [m.path.name for m in ordered if re.search(f"^{_DEFAULT}", m.script, re.MULTILINE)]
    if defaults != [entry.name]:
        raise ValueError(
            f"Only {entry.name} may have a default export, and needs one, got"
            f" {', '.join(defaults) or 'none'}."
        )
    return "\n".join(scripts)


def _collect(path: Path, modules: dict[Path, _Module], importers: Sequence[Path]) -> None:
    """Add a module after all that it imports."""
    if path in importers:
        circle = [*importers[importers.index(path) :], path]
        names = " → ".join(each.name for each in circle)
        raise ValueError(f"Modules must not import each other in a circle, got {names}.")
    if path in modules:
        return
    if not path.is_file():
        by = f", which {importers[-1].name} imports" if importers else ""
        raise FileNotFoundError(f"There is no {path.name} in {path.parent.name}{by}.")
    module = _Module(path, path.read_text(encoding="utf-8"))
    for imported, _ in module.imports:
        _collect(imported, modules, (*importers, path))
    modules[path] = module


def _check_imports(modules: dict[Path, _Module]) -> None:
    for module in modules.values():
        for path, names in module.imports:
            missing = [name for name in names if name not in modules[path].exported]
            if missing:
                raise ValueError(
                    f"{module.path.name} imports {missing[0]!r}, which {path.name} does not export."
                )


def _check_names(modules: Sequence[_Module]) -> None:
    owners: dict[str, str] = {}
    for module in modules:
        for name in module.declared:
            owner = owners.setdefault(name, module.path.name)
            if owner != module.path.name:
                raise ValueError(
                    f"Modules of one widget need different names, got {name!r} in {owner} and"
                    f" {module.path.name}."
                )
