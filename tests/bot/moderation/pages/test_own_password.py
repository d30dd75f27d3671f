"""A volunteer's own page: a new password, and a way out of every browser, without ever reaching the console."""

from datetime import timedelta

import pytest

from broadcaster import failed_sign_ins
from broadcaster.campaign_states import Role
from tests.bot.moderation.pages.conftest import Rooms
from tests.broadcaster.signing import PASSWORD, CountingHasher, Enrolled, enrolled, sign_in
from tests.broadcaster.web.desk.conftest import Person

NEW = "жаңа құпия тіркес"
ME = "/moderation/me"


@pytest.fixture
def marat(rooms: Rooms, hasher: CountingHasher) -> Enrolled:
    """On the staff, not enrolled yet: the password is theirs all the same."""
    return enrolled(rooms.register, "Marat", Role.MODERATOR, now=rooms.now)


async def change(person: Person, *, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    answer = await person.post(f"{ME}/password", {"old": old, "new": new, "again": again}, sent_from=ME)
    return answer.status_code, answer.text


async def test_the_page_is_a_link_at_ones_own_name_and_asks_for_no_addresses(rooms: Rooms, marat: Enrolled) -> None:
    person = rooms.volunteer("Marat")
    assert f'<a href="{ME}">Marat' in (await person.get(ME)).text
    shown = (await person.get(ME)).text
    assert f'action="{ME}/password"' in shown
    assert f'action="{ME}/sign-out"' in shown
    assert "/me/address" not in shown


async def test_a_new_password_takes_the_place_of_the_old_one_and_ends_every_other_session(rooms: Rooms, marat: Enrolled) -> None:
    here, elsewhere = rooms.volunteer("Marat"), rooms.volunteer("Marat")
    answer = await here.post(f"{ME}/password", {"old": PASSWORD, "new": NEW, "again": NEW}, sent_from=ME)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ME}?after=password")
    assert (await elsewhere.get(ME)).headers["location"].startswith("/moderation/sign-in")
    assert sign_in(rooms.register, "Marat", PASSWORD, marat.code(rooms.now), now=rooms.now) is None
    assert sign_in(rooms.register, "Marat", NEW, marat.code(rooms.now), now=rooms.now)
    assert rooms.hall.audited("staff.password") == 1


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("не тот", NEW, NEW, "не нынешний пароль"),
        (PASSWORD, "коротко", "коротко", "не меньше 12"),
        (PASSWORD, NEW, "другой", "не совпадают"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_changes_nothing(
    rooms: Rooms, marat: Enrolled, old: str, new: str, again: str, said: str
) -> None:
    status, text = await change(rooms.volunteer("Marat"), old=old, new=new, again=again)
    assert (status, said in text, PASSWORD in text) == (422, True, False)
    assert sign_in(rooms.register, "Marat", PASSWORD, marat.code(rooms.now), now=rooms.now)


async def test_guessing_here_locks_as_the_sign_in_does(rooms: Rooms, marat: Enrolled) -> None:
    person = rooms.volunteer("Marat")
    for _ in range(failed_sign_ins.MOST):
        await change(person, old="не тот пароль")
    assert (await change(person))[0] == 422
    rooms.hall.waits(failed_sign_ins.LOCKED + timedelta(seconds=1))
    assert (await change(person))[0] == 303


async def test_one_leaves_every_browser_at_once(rooms: Rooms, marat: Enrolled) -> None:
    here, elsewhere = rooms.volunteer("Marat"), rooms.volunteer("Marat")
    left = await here.post(f"{ME}/sign-out", {}, sent_from=ME)
    assert (left.status_code, left.headers["location"]) == (303, "/moderation/sign-in")
    for person in (here, elsewhere):
        assert (await person.get(ME)).headers["location"].startswith("/moderation/sign-in")


async def test_choosing_a_language_over_a_refused_form_leads_back_to_the_page(rooms: Rooms, marat: Enrolled) -> None:
    assert (await rooms.volunteer("Marat").get(f"{ME}/password")).headers["location"] == ME
