"""The commands of `python -m broadcaster`, one file a subject; each adds its own to the parser."""

from broadcaster.addresses import BadAddress
from broadcaster.backup import AlreadyThere, NotABackup
from broadcaster.by_staff import NobodyThere
from broadcaster.campaign_files import BadCampaign
from broadcaster.campaign_records import UnknownCampaign
from broadcaster.campaign_states import MoveNotAllowed
from broadcaster.campaigns import (
    MovedMeanwhile,
    NotAllowed,
    OwnCampaign,
    ReasonMissing,
    SecondApprovalMissing,
    TimeHasPassed,
)
from broadcaster.channels.signatures import BadSecret
from broadcaster.commands import (
    campaigning,
    deciding,
    demonstrating,
    importing,
    previewing,
    register,
    reporting,
    sending,
    serving,
    staff,
    suspects,
)
from broadcaster.commands.deciding import CannotReconcile
from broadcaster.commands.opening import NotMigrated
from broadcaster.commands.previewing import CannotBeTested, Silenced
from broadcaster.commands.sending import OldTimeZones
from broadcaster.database import DatabaseUnavailable, WrongAddressKey
from broadcaster.imports import BadFile
from broadcaster.reach import NobodyToReach
from broadcaster.receipts import CampaignCancelled, NotUnknown
from broadcaster.settings import MissingAddressKey
from broadcaster.staff import BadStaff, UnknownStaff
from broadcaster.staffing import LastAdmin, NoReason
from broadcaster.submitting import BudgetWithoutPrice, SaidAlready, TextProblems
from broadcaster.suspects import BadSuspect, UnknownSuspect
from content.reading import ContentError

SUBJECTS = (register, suspects, importing, staff, campaigning, previewing, sending, reporting, deciding, serving, demonstrating)

REFUSALS = (
    AlreadyThere,
    BadAddress,
    BadCampaign,
    BadFile,
    BadSecret,
    BadStaff,
    BadSuspect,
    BudgetWithoutPrice,
    CampaignCancelled,
    CannotBeTested,
    CannotReconcile,
    ContentError,
    DatabaseUnavailable,
    FileNotFoundError,
    IsADirectoryError,
    LastAdmin,
    MissingAddressKey,
    MoveNotAllowed,
    MovedMeanwhile,
    NobodyThere,
    NobodyToReach,
    NotABackup,
    NotAllowed,
    NotMigrated,
    NoReason,
    NotUnknown,
    OldTimeZones,
    OwnCampaign,
    PermissionError,
    ReasonMissing,
    SaidAlready,
    SecondApprovalMissing,
    Silenced,
    TextProblems,
    TimeHasPassed,
    UnknownCampaign,
    UnknownStaff,
    UnknownSuspect,
    WrongAddressKey,
)
"""What a command may be told instead of a result: the message, or else the docstring, is what staff read."""
