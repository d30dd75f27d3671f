"""What the selects of the campaign form offer, in the reader's language, and what each field is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from broadcaster.campaign_content import LegalBasis, Purpose
from broadcaster.ledger_codes import SendingChannel
from broadcaster.segment_rules import CHANNELS
from broadcaster.web.desk import landing, segment_form
from broadcaster.web.desk.office import Office
from content import warning_templates
from content.language import Language

Options: TypeAlias = Sequence[tuple[str, str]]
"""(value, words) pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`rules`: options of a row of the segment under their headings, whose keys are writing_rules_…"""

    schemes: Options
    purposes: Options
    bases: Options
    channels: Options
    warnings: Options
    joins: Options
    rules: Mapping[str, Options]


def of(office: Office, language: Language) -> Choices:
    def say(key: str, **fields: str) -> str:
        return office.desk_words.say(key, language, **fields)

    def rules(kind: str, named: Options) -> Options:
        return [(f"{kind}:{value}", say(f"writing_rule_{kind}", name=name)) for value, name in named]

    schemes = sorted(((id, office.words.card(id, language).name) for id in office.words.schemes), key=lambda pair: pair[1])
    regions = [(id, office.words.region(id, language)) for id in office.words.regions]
    nothing = ("", say("writing_not_chosen"))
    return Choices(
        schemes=[nothing, *schemes],
        purposes=[(each, say(f"writing_purpose_{each}")) for each in Purpose],
        bases=[(each, say(f"writing_basis_{each.replace('-', '_')}")) for each in LegalBasis],
        channels=[nothing, *((each, say(f"channel_{each}")) for each in SendingChannel)],
        warnings=[("", say("writing_own_text")), *((name, name) for name in warning_templates.names())],
        joins=[(segment_form.ALL, say("writing_join_all")), (segment_form.ANY, say("writing_join_any"))],
        rules={
            "people": [
                (segment_form.FOLLOWERS, say("writing_rule_followers_of")),
                (segment_form.EVERYBODY, say("writing_rule_everybody")),
            ],
            "language": rules("language", [(each, say(f"language_{each}")) for each in Language]),
            "region": rules("region", regions),
            "topic": rules("topic", schemes),
            "channel": rules("channel", [(each, say(f"channel_{each}")) for each in CHANNELS]),
            "reporters_of": rules("reporters_of", schemes),
        },
    )


def label(field: str) -> str:
    """The key of what a field is called."""
    if field.startswith(("group-", f"{segment_form.EXCLUDE}-")):
        return "writing_condition"
    if field.startswith("channel-"):
        return "writing_channels"
    if field.startswith(landing.VARIABLE):
        return "writing_variable"
    return f"writing_{field.replace('-', '_')}"
