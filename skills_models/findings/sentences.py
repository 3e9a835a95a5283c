"""The sentences the overview can say. Kazakh and Russian are drafts until a native speaker of the trade has read them.

Numbers stand where no word has to agree with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skills_models.contracts import LANGUAGES
from skills_models.findings.phrases import Phrase


@dataclass(frozen=True)
class Finding:
    """One sentence: what it is about, the screen that shows more, its number, the templates it is made of, values."""

    code: str
    screen: str
    figure: float | None
    templates: tuple[str, ...]
    values: Mapping[str, Phrase]

    def text(self, language: str) -> str:
        """The sentence in one language."""
        words = {name: phrase(language) for name, phrase in self.values.items()}
        return " ".join(SENTENCES[template][language] for template in self.templates).format(**words)


def _in(kk: str, ru: str, en: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, (kk, ru, en), strict=True))


SENTENCES: Mapping[str, Mapping[str, str]] = {
    "synthetic": _in("СИНТЕТИКАЛЫҚ ДЕРЕКТЕР.", "СИНТЕТИЧЕСКИЕ ДАННЫЕ.", "SYNTHETIC DATA."),
    "freshness_date": _in("Тізілім күні: {day}.", "Реестр на {day}.", "Register as of {day}."),
    "freshness_response": _in(
        "Жауап бергендер: {people} адамнан {replies} ({share}).",
        "Ответили {replies} из {people} ({share}).",
        "{replies} of {people} people replied ({share}).",
    ),
    "freshness_self": _in("Деңгейді адамдар өздері бағалаған.", "Уровни — по самооценке.", "Levels are self-reported."),
    "freshness_double": _in(
        "Басшы да бағалаған адамдар: {double}.",
        "Оценок руководителей для сверки: {double}.",
        "Supervisor ratings to compare with: {double}.",
    ),
    "where": _in(
        "Ел бойынша анық ең үлкен олқылық — {skill}: қызметшілердің {share} талаптан төмен (90 % аралық {range}).",
        "Самый большой достоверный разрыв по стране — {skill}: ниже требования {share} служащих "
        "(90-процентный интервал {range}).",
        "The largest certain gap is {skill}: {share} of staff are below requirement (90 % interval {range}).",
    ),
    "where_kinds": _in(
        "Елдегі үлестен жоғары, ең алдымен: {kinds}.",
        "Выше, чем по стране, прежде всего: {kinds}.",
        "It is above the national share mostly in: {kinds}.",
    ),
    "where_uncertain": _in(
        "Анық ең үлкен олқылық жоқ: {skill} ({share}) бірінші тұр, бірақ аралығы мыналармен қабаттасады: {others}.",
        "Самого большого разрыва назвать нельзя: {skill} ({share}) на первом месте, но интервал пересекается с: "
        "{others}.",
        "No gap is certain to be the largest: {skill} ({share}) comes first, but its interval overlaps with {others}.",
    ),
    "unknown_agency": _in(
        "{agency}: {skill} бойынша ең нашар көрінеді (жауап бергендердің {share}), бірақ жауап саны — {replies}, ал "
        "90 % аралық ({range}) елдегі үлесті ({nation}) қамтиды. Бұл орган туралы ештеңе айтуға болмайды.",
        "{agency}: хуже всех на вид по {skill} ({share} ответивших), но ответов — {replies}, и 90-процентный интервал "
        "({range}) включает долю по стране ({nation}). Сказать об этом органе ничего нельзя.",
        "{agency} looks worst on {skill} ({share} of those who replied), but the replies number {replies} and the 90 % "
        "interval ({range}) includes the national share ({nation}). Nothing can be said about this body.",
    ),
    "contrast": _in(
        "{skill}, талаптан төмен: {far} — {far_share}, {near} — {near_share}.",
        "{skill}, ниже требования: {far} — {far_share}, {near} — {near_share}.",
        "{skill}, below requirement: {far} {far_share}, {near} {near_share}.",
    ),
    "contrast_apart": _in(
        "90 % аралықтар қабаттаспайды; дағдылар бойынша солай: {all} ішінде {apart}.",
        "90-процентные интервалы не пересекаются; так по навыкам: {apart} из {all}.",
        "The 90 % intervals do not overlap; that is so on {apart} of {all} skills.",
    ),
    "contrast_overlap": _in(
        "90 % аралықтар қабаттасады: айырма анық емес.",
        "90-процентные интервалы пересекаются: разница недостоверна.",
        "The 90 % intervals overlap: the difference is not certain.",
    ),
    "quotas": _in("Жоспардағы орындар: {seats}.", "Мест в плане: {seats}.", "Seats in the plan: {seats}."),
    "no_plan": _in(
        "Жоспар жоқ: ережелердің барлығы бірге орындала алмайды; себебі «Деректер мен әдіс» бетіндегі тексерулерде.",
        "Плана нет: правила не могут выполняться все вместе; причина — в проверках на странице «Данные и метод».",
        "There is no plan: the rules cannot all hold together; the checks on the page “Data and method” say why.",
    ),
    "quotas_share": _in(
        "Жоспарлы сағаттардағы инновациялық курстардың үлесі — {planned}.",
        "На инновационные курсы приходится {planned} плановых часов.",
        "Innovation courses take {planned} of the planned hours.",
    ),
    "quotas_last": _in(
        "Соңғы он екі айда — {used}.", "За последние двенадцать месяцев — {used}.", "In the last twelve months: {used}."
    ),
    "law": _in(
        "Заң бойынша мерзімі өткендер: {overdue}. Жоспар орын береді: {served}; орынсыз қалады: {left}.",
        "Просрочено по закону: {overdue}. План даёт место: {served}; без места остаются: {left}.",
        "Overdue by law: {overdue}. Served by the plan: {served}; not served: {left}.",
    ),
    "law_rules": _in(
        "Келесі орынды көбіне тоқтататын ережелер: {rules}.",
        "Следующее место чаще всего останавливают правила: {rules}.",
        "What most often stops a further seat: {rules}.",
    ),
    "no_course": _in(
        "Қажеттілік бар, курс жоқ: {skills}.",
        "Потребность есть, курса нет: {skills}.",
        "Need without a course: {skills}.",
    ),
    "segments": _in(
        "Қажеттілік сегменттерінің саны {n}: {names}.",
        "Сегментов потребностей — {n}: {names}.",
        "Segments of need: {n} ({names}).",
    ),
    "no_segments": _in(
        "Топтар айқын сегменттерге бөлінбейді.",
        "Группы не образуют отчётливых сегментов.",
        "The groups form no distinct segments.",
    ),
    "nobody_replied": _in(
        "Белгісіз: {all} топтың барлығы, өйткені сауалнамаға көрсетуге жеткілікті жауап келмеді.",
        "Неизвестно: все группы ({all}), потому что ответов, которые можно показать, нет.",
        "Unknown: all {all} groups, because there are no replies that could be shown.",
    ),
    "unknown": _in(
        "Белгісіз: көрсетілмейтін топтар — {all} ішінде {hidden}: жауап бергендер аз және қорғалуы тиіс. "
        "Бұл «олқылық жоқ» деген сөз емес.",
        "Неизвестно: не показаны группы, {hidden} из {all}: ответивших мало, и их нужно защитить. "
        "Это не значит, что разрыва нет.",
        "Unknown: {hidden} of {all} groups are not shown, to protect the few who replied. "
        "That does not mean they have no gap.",
    ),
    "climate_respondents": _in("Жауап бергендер: {replies}.", "Ответивших: {replies}.", "Respondents: {replies}."),
    "climate_scale": _in(
        "Сауалнама келісуді сұрайды, дағдыны емес: деңгей, олқылық және квота жоқ.",
        "Опрос спрашивает о согласии, а не о навыке: уровней, разрывов и квот нет.",
        "The survey asks for agreement, not for skill: there are no levels, gaps or quotas.",
    ),
    "climate_above": _in(
        "Жалпыдан ең жоғары: {agency}; 90 % аралық бойынша анық тармақтар: {all} ішінде {n}.",
        "Выше всех относительно целого: {agency}; достоверно по пунктам: {n} из {all}.",
        "Furthest above the whole: {agency}; certain by the 90 % interval on {n} of {all} items.",
    ),
    "climate_below": _in(
        "Жалпыдан ең төмен: {agency}; 90 % аралық бойынша анық тармақтар: {all} ішінде {n}.",
        "Ниже всех относительно целого: {agency}; достоверно по пунктам: {n} из {all}.",
        "Furthest below the whole: {agency}; certain by the 90 % interval on {n} of {all} items.",
    ),
}
