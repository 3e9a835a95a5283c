"""Names of limits that no law and no pack states: they follow from the calendar and from who there is."""

from __future__ import annotations

from typing import Final

from skills_models.planning import reasons

OWN_RULES: Final = {
    reasons.SESSIONS: {
        "kk": "Топтардағы орындар",
        "ru": "Места в группах",
        "en": "Seats in sessions",
    },
    reasons.MIN_SEATS: {
        "kk": "Топ ашуға қажет ең аз қатысушы саны",
        "ru": "Наименьшее число участников группы",
        "en": "Fewest participants of a session",
    },
    reasons.NO_MORE_ELIGIBLE: {
        "kk": "Қатыса алатындардың бәріне орын берілді",
        "ru": "Места есть у всех, кто может участвовать",
        "en": "Everybody who may attend has a seat",
    },
    reasons.NO_VALUE: {
        "kk": "Мерзімі келген адам да, курс жаба алатын өлшенген олқылық та қалмады",
        "ru": "Не осталось ни людей, которым пора учиться, ни измеренного разрыва, который закрыл бы курс",
        "en": "Nobody due is waiting, and no measured gap is left that the course could close",
    },
}
