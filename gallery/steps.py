"""The steps from a stored file to a findable item: who does them, and what they need."""

from __future__ import annotations

from dataclasses import dataclass

from gallery.models import Kind, Lane, Step

_ALL = frozenset(Kind.values)
_STILL = _ALL - {Kind.VIDEO.value}


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step. ``needs`` must be done; ``after`` must only be over, however it ended."""

    step: Step
    lane: Lane
    priority: int
    needs: frozenset[Step] = frozenset()
    after: frozenset[Step] = frozenset()
    kinds: frozenset[str] = _ALL


PLANS: tuple[StepPlan, ...] = (
    StepPlan(Step.INSPECT, Lane.MEDIA, 10),
    StepPlan(Step.RENDER, Lane.MEDIA, 20, needs=frozenset({Step.INSPECT})),
    StepPlan(Step.PLACE, Lane.MEDIA, 30, needs=frozenset({Step.INSPECT})),
    # Of one urgency, so that a long queue is labeled and read item by item.
    StepPlan(Step.LABEL, Lane.ANALYSIS, 40, needs=frozenset({Step.RENDER})),
    # Labels tell whether a picture is worth a paid reading.
    StepPlan(
        Step.READ,
        Lane.ANALYSIS,
        40,
        needs=frozenset({Step.RENDER}),
        after=frozenset({Step.LABEL}),
    ),
    StepPlan(Step.CATEGORIZE, Lane.MEDIA, 55, after=frozenset({Step.LABEL, Step.READ})),
    StepPlan(
        Step.EXTRACT,
        Lane.ANALYSIS,
        58,
        after=frozenset({Step.READ, Step.CATEGORIZE}),
        kinds=_STILL,
    ),
    StepPlan(
        Step.TRANSCODE,
        Lane.MEDIA,
        60,
        needs=frozenset({Step.INSPECT}),
        kinds=frozenset({Kind.VIDEO.value}),
    ),
    StepPlan(Step.INDEX, Lane.INDEX, 90),
)
PLAN_OF: dict[str, StepPlan] = {plan.step.value: plan for plan in PLANS}

# Steps whose outcome follows at no cost from another's: re-run with it.
FOLLOWERS: dict[str, frozenset[Step]] = {
    Step.INSPECT: frozenset({Step.PLACE}),
    Step.LABEL: frozenset({Step.CATEGORIZE}),
    Step.READ: frozenset({Step.CATEGORIZE, Step.EXTRACT}),
    Step.CATEGORIZE: frozenset({Step.EXTRACT}),
}


def plans_for(kind: str) -> list[StepPlan]:
    return [plan for plan in PLANS if kind in plan.kinds]
