"""Others in the account: things that are not cloudctl's, and another one that is."""

from __future__ import annotations

from stage import NAME, Stage, View

NEIGHBOUR = f"{NAME}-1"


def names_wanted(stage: Stage, flags: str) -> list[tuple[str, str]]:
    """Kind and name of everything that a create makes."""
    before = stage.view()
    stage.succeed("create", flags)
    after = stage.view()
    stage.succeed("delete")
    return [(thing.kind, thing.name) for key, thing in after.things.items() if key not in before.things]


def gather(stage: Stage, flags: str) -> View:
    """Empty clouds but for the crowd: another of the noun, and strangers with names like those that a create wants."""
    stage.sandbox.reset()
    # With the same flags: what is set for a whole account is the same for all that is in it.
    stage.succeed("create", flags, name=NEIGHBOUR)
    for kind, name in names_wanted(stage, flags):
        for similar in (f"{name}2", f"x{name}"):
            stage.account.occupy(kind, similar)
    return stage.view()
