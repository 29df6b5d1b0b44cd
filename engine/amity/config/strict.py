"""What the privacy policy needs the operator to declare (promises P02, P41, P50, P56).

Some of it holds always; the rest is demanded where ``AMITY_ENV=production``, and is a finding of
``amity check`` elsewhere. The models' section is read as written: its own room validates it.
"""

from typing import TYPE_CHECKING, Any, Final

from amity.config.settings import Settings
from amity.config.tree import Path_, Problem, Tree

if TYPE_CHECKING:
    from amity.config.load import LoadedConfig

__all__ = ["check_declarations", "undeclared"]

_SERVICE: Final = {
    "controller": "say who answers for the data",
    "contact": "say how people reach you about privacy",
    "region": "say where the data is stored",
}


def check_declarations(tree: Tree, settings: Settings, *, strict: bool) -> list[Problem]:
    """Return what stops a start: always the regions and training, in production everything."""
    problems = [*_regions(tree, settings), *_training(tree)]
    if strict:
        problems += _missing(tree, settings)
    elif settings.privacy.allowed_regions:
        problems += _without_region(tree, settings)
    return problems


def undeclared(loaded: "LoadedConfig") -> list[str]:
    """Return what production would refuse, as sentences with file and line."""
    return [str(problem) for problem in _missing(loaded.tree, loaded.config)]


def _missing(tree: Tree, settings: Settings) -> list[Problem]:
    problems = [
        tree.problem(("service", key), f"is empty; {mend} (production)")
        for key, mend in _SERVICE.items()
        if not getattr(settings.service, key).strip()
    ]
    if not settings.privacy.policy_version:
        words = "is empty; say which version of the policy is in force (production)"
        problems.append(tree.problem(("privacy", "policy_version"), words))
    if "retention" in (written := _mapping(tree, "privacy")) and written["retention"] is None:
        words = "is empty; say how long data is kept, or leave the key out (production)"
        problems.append(tree.problem(("privacy", "retention"), words))
    return problems + _undeclared_processors(tree)


def _undeclared_processors(tree: Tree) -> list[Problem]:
    declared = _processors(tree)
    problems: list[Problem] = []
    for name in _model_names(tree):
        path = ("models", "processors", name)
        entry = declared.get(name)
        if entry is None:
            words = "is missing; declare who computes here: name, region, contract (production)"
            problems.append(tree.problem(path, words))
            continue
        problems += [
            tree.problem((*path, key), "is empty (production)")
            for key in ("name", "region", "contract")
            if not str(entry.get(key) or "").strip()
        ]
        if entry.get("trains_on_data") is not False:
            words = "must be false: people were promised that nobody trains on their data"
            problems.append(tree.problem((*path, "trains_on_data"), words))
    return problems


def _training(tree: Tree) -> list[Problem]:
    words = "must be false: people were promised that nobody trains on their data"
    return [
        tree.problem(("models", "processors", name, "trains_on_data"), words)
        for name, entry in _processors(tree).items()
        if entry.get("trains_on_data") not in (None, False)
    ]


def _regions(tree: Tree, settings: Settings) -> list[Problem]:
    allowed = settings.privacy.allowed_regions
    if not allowed:
        return []
    used: list[tuple[Path_, str]] = [
        (("service", "region"), settings.service.region),
        (("store", "region"), settings.store.region or ""),
    ]
    used += [
        (("models", "processors", name, "region"), str(entry.get("region") or ""))
        for name, entry in _processors(tree).items()
    ]
    return [
        tree.problem(path, f"is not among privacy.allowed_regions ({', '.join(allowed)})")
        for path, region in used
        if region.strip() and region not in allowed
    ]


def _without_region(tree: Tree, settings: Settings) -> list[Problem]:
    """Return what may be anywhere: no region named is none that is allowed."""
    named = "privacy.allowed_regions allows only what is named"
    problems: list[Problem] = []
    if not settings.service.region.strip():
        words = f"is empty; say where the data is stored, because {named}"
        problems.append(tree.problem(("service", "region"), words))
    declared = _processors(tree)
    for name in {**dict.fromkeys(_model_names(tree)), **declared}:
        path: Path_ = ("models", "processors", name)
        entry = declared.get(name)
        if entry is None:
            words = f"is missing; declare who computes here, and in which region, because {named}"
            problems.append(tree.problem(path, words))
        elif not str(entry.get("region") or "").strip():
            words = f"is empty; say where it computes, because {named}"
            problems.append(tree.problem((*path, "region"), words))
    return problems


def _mapping(tree: Tree, *path: str) -> dict[str, Any]:
    here: Any = tree.value
    for step in path:
        here = here.get(step) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def _processors(tree: Tree) -> dict[str, dict[str, Any]]:
    entries = _mapping(tree, "models", "processors")
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}


def _model_names(tree: Tree) -> list[str]:
    """Return the models that somebody else computes; Amity's own never leave the process."""
    models = _mapping(tree, "models").get("model_list")
    names: dict[str, None] = {}
    for entry in models if isinstance(models, list) else []:
        params = entry.get("litellm_params") if isinstance(entry, dict) else None
        model = params.get("model") if isinstance(params, dict) else None
        if not str(model).startswith("amity/"):
            names[str(entry.get("model_name") if isinstance(entry, dict) else "")] = None
    return [name for name in names if name]
