from __future__ import annotations

from described import DESCRIBED, PLACES

from cloudctl import mapping


def test_every_noun_that_can_be_created_is_walked() -> None:
    creatable = {
        name for name in mapping.nouns() if any("create" in cloud.verbs for cloud in mapping.noun(name).clouds.values())
    }
    assert creatable == set(DESCRIBED)


def test_the_operation_that_makes_the_thing_is_one_of_the_mapping() -> None:
    for described, cloud in PLACES:
        assert described.making[cloud] in mapping.noun(described.noun).clouds[cloud].verbs["create"]
