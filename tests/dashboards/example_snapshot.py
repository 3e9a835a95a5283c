"""A small invented snapshot that obeys every mart's contract, published as a refresh would do it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars as pl

from skills_models.contracts import LANGUAGES, MART_TABLES, TABLES
from skills_models.snapshots import SCHEMA_VERSION
from tests.dashboards import example_measurement

PAYLOAD = (
    '=HYPERLINK("http://evil.example")<img src=x onerror=alert(1)> **bold** [link](http://evil.example) :smile: $x$'
)
SKILLS = {
    "ITR": ("Итерациялық жұмыс", "Итеративная работа", "Iteration"),
    "DAT": ("Деректермен жұмыс", "Работа с данными", "Data literacy"),
    "USR": ("Пайдаланушыға бағдарлану", "Ориентация на пользователя", "User centricity"),
    "CUR": ("Білуге құмарлық", "Любознательность", "Curiosity"),
    "STO": ("Баяндау шеберлігі", "Сторителлинг", "Storytelling"),
    "INS": ("Қалыптасқанды өзгертуге дайындық", "Готовность менять устоявшееся", "Insurgency"),
}
KINDS = {
    "central": ("Орталық орган", "Центральный орган", "Central body"),
    "oblast_unit": ("Облыстық бөлімше", "Областное подразделение", "Oblast unit"),
    "district_unit": ("Аудандық бөлімше", "Районное подразделение", "District unit"),
}
REGIONS = {
    "KZ-11": ("Ақмола облысы", "Акмолинская область", "Akmola Region"),
    "KZ-71": ("Астана", "Астана", "Astana"),
    "KZ-35": ("Қарағанды облысы", "Карагандинская область", "Karaganda Region"),
}
BANDS = {
    "specialist": ("Маман", "Специалист", "Specialist"),
    "senior_specialist": ("Бас маман", "Главный специалист", "Senior specialist"),
    "deputy_or_unit_head": ("Бөлім басшысы", "Руководитель отдела", "Deputy or unit head"),
    "executive": ("Басшы", "Руководитель", "Executive"),
}
SCENARIOS = {
    "digital_first": ("Алдымен цифрландыру", "Сначала цифровизация", "Digital first"),
    "equal": ("Барлығы бірдей", "Все поровну", "All skills alike"),
    "hostile": (PAYLOAD,) * 3,
}
COURSES = ("Service design", "Data for decisions", "Citizen participation", "Applied AI", "Ethics in service")
SMALL, K, N_ITEMS = "A07", 10, 4
NATION = dict.fromkeys(SKILLS, 0.35) | {"USR": 0.55}


def _triple(stem: str, words: tuple[str, str, str]) -> dict[str, str]:
    return {f"{stem}_{language}": word for language, word in zip(LANGUAGES, words, strict=True)}


def _coded(key: str, stem: str, words: dict[str, tuple[str, str, str]], order: str | None = None) -> pl.DataFrame:
    rows = [{key: code, **_triple(stem, names)} for code, names in words.items()]
    return pl.DataFrame([row | ({order: i} if order else {}) for i, row in enumerate(rows, 1)])


def _agencies() -> pl.DataFrame:
    rows = []
    for i in range(1, 13):
        kind, region = list(KINDS)[i % 3], list(REGIONS)[i % len(REGIONS)]
        words = tuple(f"{KINDS[kind][place]} № {i}" for place in range(3))
        words = (PAYLOAD,) * 3 if i == 12 else words
        n = 20 if f"A{i:02d}" == SMALL else 150 * i
        few = f"A{i:02d}" == SMALL
        rows.append(
            {"agency_id": f"A{i:02d}", "agency_kind_code": kind, "region_code": region, "is_synthetic": True}
            | {"n_people": n, "n_respondents": None if few else n // 2, "response_share": None if few else 0.5}
            | _triple("agency_name", words)
        )
    return pl.DataFrame(rows, schema_overrides={"n_respondents": pl.Int64, "response_share": pl.Float64})


def _figure(
    rng: np.random.Generator, n: int, hidden: str | None, skill: str, is_nation: bool = False
) -> dict[str, object]:
    """Figures of one gap row; all empty where hidden."""
    if hidden:
        empty = "n_respondents response_share effective_n below_share below_share_lo below_share_hi "
        empty += "below_weighted_share relative_share relative_share_lo relative_share_hi position_code "
        empty += "shortfall_levels n_people_below n_people_below_lo n_people_below_hi"
        return {"n_people": n, **dict.fromkeys(empty.split()), "is_shown": False, "hidden_reason_code": hidden}
    nation = NATION[skill]
    share = nation if is_nation else float(np.clip(rng.normal(nation, 0.1), 0.05, 0.9))
    half = float(1.6 * np.sqrt(share * (1 - share) / n))
    relative = None if is_nation else share - nation
    return {
        "n_people": n,
        "n_respondents": n // 2,
        "response_share": 0.5,
        "effective_n": n / 2.2,
        "below_share": share,
        "below_share_lo": max(share - half, 0.0),
        "below_share_hi": min(share + half, 1.0),
        "below_weighted_share": min(share + 0.01, 1.0),
        "relative_share": relative,
        "relative_share_lo": None if relative is None else relative - half,
        "relative_share_hi": None if relative is None else relative + half,
        "position_code": None if relative is None else _position(relative, half),
        "shortfall_levels": share * 0.6,
        "n_people_below": share * n,
        "n_people_below_lo": max(share - half, 0.0) * n,
        "n_people_below_hi": min(share + half, 1.0) * n,
        "is_shown": True,
        "hidden_reason_code": None,
    }


def _position(relative: float, half: float) -> str:
    return "worse" if relative > half else "better" if relative < -half else "not_distinguishable"


def _gaps(rng: np.random.Generator, agencies: pl.DataFrame) -> dict[str, pl.DataFrame]:
    whole, groups, scopes = [], [], []
    for agency, n in agencies.select("agency_id", "n_people").iter_rows():
        few = "too_few_respondents" if agency == SMALL else None
        for skill in SKILLS:
            whole.append({"agency_id": agency, "skill_code": skill} | _figure(rng, n, few, skill))
            for band in BANDS:
                hidden = few or ("no_respondents" if band == "executive" and n < 500 else None)
                hidden = hidden or ("complement" if band == "deputy_or_unit_head" and n < 500 else None)
                key = {"agency_id": agency, "seniority_code": band, "skill_code": skill}
                groups.append(key | _figure(rng, n // 4, hidden, skill))
    for skill in SKILLS:
        scopes.append(
            {"scope_code": "nation", "scope_id": "all", "skill_code": skill} | _figure(rng, 11720, None, skill, True)
        )
        for kind in KINDS:
            key = {"scope_code": "agency_kind", "scope_id": kind, "skill_code": skill}
            scopes.append(key | _figure(rng, 3900, None, skill))
        for region in REGIONS:
            hidden = "too_few_respondents" if region == "KZ-35" else None
            key = {"scope_code": "region", "scope_id": region, "skill_code": skill}
            scopes.append(key | _figure(rng, 3900, hidden, skill))
    names = ("mart_gap__agency_skill", "mart_gap__group_skill", "mart_gap__scope_skill")
    frames = [pl.DataFrame(rows, infer_schema_length=None) for rows in (whole, groups, scopes)]
    return dict(zip(names, frames, strict=True))


def _needs(rng: np.random.Generator, agencies: pl.DataFrame) -> dict[str, pl.DataFrame]:
    words = (("Қызмет көрсету", "Услуги", "Services first"), ("Деректер", "Данные", "Data first"))
    segments = [
        {"segment_id": i, "n_groups": 18, "n_people": 5800, "headcount_share": 0.5, **_triple("segment_name", names)}
        for i, names in enumerate(words, 1)
    ]
    profile = [
        {
            "segment_id": i,
            "skill_code": skill,
            "segment_shortfall_levels": 0.3,
            "segment_deviation_levels": float(rng.normal(0, 0.2)),
        }
        for i in (1, 2)
        for skill in SKILLS
    ]
    groups = []
    for place, (agency, n) in enumerate(agencies.select("agency_id", "n_people").iter_rows()):
        for band in BANDS:
            few = agency == SMALL or (band == "executive" and n < 500)
            figures = {
                "segment_id": None if few else 1 + place % 2,
                "distance_ratio": None if few else 0.4 + 0.05 * (place % 12),
            }
            state = {"is_shown": not few, "hidden_reason_code": "too_few_respondents" if few else None}
            groups.append({"agency_id": agency, "seniority_code": band, "n_people": n // 4} | figures | state)
    coverage = [
        {"skill_code": skill, "n_people_below": 4000.0, "n_courses": 0 if skill in ("STO", "INS") else 2}
        | {"n_seats_offered": 0 if skill in ("STO", "INS") else 300, "n_seats": 0 if skill in ("STO", "INS") else 240}
        | {"has_course": skill not in ("STO", "INS")}
        for skill in SKILLS
    ]
    return {
        "mart_needs__segment": pl.DataFrame(segments),
        "mart_needs__segment_skill": pl.DataFrame(profile),
        "mart_needs__group_segment": pl.DataFrame(groups, infer_schema_length=None),
        "mart_needs__course_coverage": pl.DataFrame(coverage),
    }


def _quotas(rng: np.random.Generator, agencies: pl.DataFrame) -> dict[str, pl.DataFrame]:
    reasons = ("statutory", "gap_value", "floor", "residual", "a_code_from_tomorrow")
    seats, hours, due = [], [], []
    for place, (agency, n) in enumerate(agencies.select("agency_id", "n_people").iter_rows()):
        for course in range(len(COURSES)):
            n_seats, known = int(rng.integers(1, 30)), (place + course) % 3 > 0
            seats.append(
                {"quarter_code": "2027-Q1", "course_id": f"C{course}", "agency_id": agency, "n_eligible": n // 3}
                | {"seniority_code": ("all", *BANDS)[(place + course) % 5], "n_seats": n_seats}
                | {
                    "n_seats_statutory": n_seats // 2,
                    "n_seats_pro_rata": int(rng.integers(1, 30)),
                    "n_hours": 40 * n_seats,
                }
                | {"total_cost": 90.0 * n_seats, "reason_code": reasons[(place + course) % 5]}
                | {"top_skill_code": "USR" if course < 3 else None, "below_share": 0.5 if known else None}
                | {"below_share_lo": 0.45 if known else None, "below_share_hi": 0.55 if known else None}
                | {"binding_rule_code": "quarter_budget_hours" if known else None}
            )
        planned = sum(row["n_hours"] for row in seats if row["agency_id"] == agency)
        hours.append(
            {
                "agency_id": agency,
                "n_people": n,
                "allowed_hours": 40 * n,
                "used_hours": 12 * n,
                "planned_hours": planned,
            }
            | {"n_seats": planned // 40, "innovation_planned_share": 0.31, "innovation_used_share": 0.12}
        )
        for quarter in ("overdue", "2026-Q4", "2027-Q1"):
            for kind in ("advanced", "retraining"):
                key = {"agency_id": agency, "due_kind_code": kind, "quarter_code": quarter}
                due.append(key | {"n_due": n // 20, "n_served": n // 30})
    rules = [
        {"rule_code": code, "rule_limit": 100.0, "rule_used": used, "rule_unit": unit, "is_binding": used == 100.0}
        | {"source_reference": "invented law, article 7", "status_code": "project_draft"}
        | _triple("rule_name", (f"Ереже: {code}", f"Правило: {code}", f"Rule: {code}"))
        for code, used, unit in (("quarter_budget_hours", 100.0, "hours"), ("quarter_budget_cost", 80.5, "cost"))
    ]
    plans = [
        {
            "plan_code": code,
            "n_seats": 900,
            "n_hours": 36000,
            "total_cost": 81000.0,
            "closure_levels": closure,
            "n_served": 400,
        }
        for code, closure in (("sorted_list", 310.0), ("pro_rata_random", 190.0), ("unheard_of", 100.0))
    ]
    frames = (
        pl.DataFrame(seats, infer_schema_length=None),
        pl.DataFrame(rules),
        pl.DataFrame(hours),
        pl.DataFrame(plans),
    )
    names = ("course_group", "rule", "agency_hours", "plan")
    return {f"mart_quota__{name}": frame for name, frame in zip(names, frames, strict=True)} | {
        "mart_due__agency_quarter": pl.DataFrame(due)
    }


def _mapping() -> dict[str, pl.DataFrame]:
    base = {"subject_framework_id": "kz-gov-11", "object_framework_id": "opsi-2017", "status_code": "project_draft"}
    subject = _triple("subject_name", ("Қызмет", "Обслуживание", "Service"))
    mapped = {
        "subject_id": "S1",
        "object_id": "USR",
        **_triple("object_name", SKILLS["USR"]),
        "predicate_id": "skos:closeMatch",
    }
    rest = {"subject_id": "S1", "object_id": "residual", **dict.fromkeys(_triple("object_name", ("", "", "")))}
    crosswalk = [
        base | subject | mapped | {"ext_weight": 0.6, "confidence": 0.8, "comment": "the same idea"},
        base | subject | rest | {"predicate_id": None, "ext_weight": 0.4, "confidence": None, "comment": None},
    ]
    items = [
        {
            "item_code": f"{skill}_{i}",
            "element_code": f"{skill}.{i}",
            "skill_code": skill,
            "n_answers": 5000,
            "n_missing": 400,
        }
        | {"missing_share": 0.074, "status_code": "project_draft", "note": None}
        | _triple("item_text", _wording(skill, i))
        for skill in SKILLS
        for i in range(1, N_ITEMS + 1)
    ]
    roles = [
        {"job_family_code": "service_delivery", "seniority_code": band, "skill_code": skill, "required_level": 2}
        | {"n_people": 100, "status_code": "project_draft", "source_name": "the project"}
        for band in BANDS
        for skill in SKILLS
    ]
    names = ("crosswalk", "item", "role_profile")
    frames = (pl.DataFrame(crosswalk, infer_schema_length=None), pl.DataFrame(items), pl.DataFrame(roles))
    return {f"mart_framework__{name}": frame for name, frame in zip(names, frames, strict=True)}


def _wording(skill: str, place: int) -> tuple[str, str, str]:
    """Wording of an item; that of ITR_2 is hostile."""
    if (skill, place) == ("ITR", 2):
        return (PAYLOAD,) * 3
    return tuple(
        f"{name}: {word} {place}" for name, word in zip(SKILLS[skill], ("сұрақ", "вопрос", "item"), strict=True)
    )


def _square(west: float, south: float, size: float = 4.0) -> str:
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _references(agencies: pl.DataFrame) -> dict[str, pl.DataFrame]:
    regions = _coded("region_code", "region_name", REGIONS)
    courses = [
        {"course_id": f"C{i}", "topic_code": "t", "course_hours": 40, "seat_cost": 90.0, "mode_code": "blended"}
        | {"track_code": "all", "is_innovation": i < 4, "is_statutory": i == 4, "n_sessions": 3, "n_seats_offered": 90}
        | {
            "n_seats": 80,
            "status_code": "project_draft",
            **_triple("course_name", (f"Курс: {name}", f"Курс: {name}", name)),
        }
        for i, name in enumerate(COURSES)
    ]
    families = {"service_delivery": ("Қызмет көрсету", "Оказание услуг", "Service delivery")}
    return {
        "mart_ref__agency": agencies,
        "mart_ref__agency_kind": _coded("agency_kind_code", "agency_kind_name", KINDS, "agency_kind_order"),
        "mart_ref__region": regions.with_columns(
            geometry_geojson=pl.Series([_square(60 + 5 * i, 46 + i) for i in range(regions.height)])
        ),
        "mart_ref__seniority": _coded("seniority_code", "seniority_name", BANDS, "seniority_order"),
        "mart_ref__job_family": _coded("job_family_code", "job_family_name", families),
        "mart_ref__skill": _coded("skill_code", "skill_name", SKILLS, "skill_order"),
        "mart_ref__course": pl.DataFrame(courses),
        "mart_hr__headcount": agencies.select("agency_id", "n_people").with_columns(reference_date=date(2026, 10, 31)),
    }


def _climate(rng: np.random.Generator, agencies: pl.DataFrame) -> dict[str, pl.DataFrame]:
    items, skills = [], []
    for agency in ["all", *agencies["agency_id"]]:
        few = agency == SMALL
        state = {"is_shown": not few, "hidden_reason_code": "too_few_respondents" if few else None}
        for item in ("ITR_1", "DAT_1"):
            value = None if few else float(np.clip(rng.normal(0.6, 0.08), 0, 0.95))
            shares = ("positive_share", "positive_weighted_share", "positive_poststratified_share")
            items.append(
                {
                    "agency_id": agency,
                    "item_code": item,
                    "n_respondents": None if few else 300,
                    **dict.fromkeys(shares, value),
                }
                | {"n_answers": None if few else 290, "positive_share_lo": None if few else value - 0.04}
                | {
                    "positive_share_hi": None if few else value + 0.04,
                    "relative_position_share": None if few else value - 0.6,
                }
                | {"position_code": None if few else "not_distinguishable", **state}
            )
        for skill in ("ITR", "DAT"):
            figures = {
                "n_items": 1,
                "n_respondents": None if few else 300,
                "positive_weighted_share": None if few else 0.6,
            }
            relative = None if few else float(rng.normal(0, 0.05))
            skills.append(
                {"agency_id": agency, "skill_code": skill} | figures | {"relative_position_share": relative} | state
            )
    frames = (pl.DataFrame(items, infer_schema_length=None), pl.DataFrame(skills, infer_schema_length=None))
    return dict(zip(("mart_climate__agency_item", "mart_climate__agency_skill"), frames, strict=True))


def _quality() -> dict[str, pl.DataFrame]:
    counts = {
        "n_delivered": 1000,
        "n_core": 990,
        "n_quarantined": 7,
        "n_duplicate": 3,
        "n_repaired": 12,
        "n_unmapped": 5,
    }
    delivery = {
        "delivery_id": "hr_register_2026-Q4_0a1b",
        "source_code": "hr_register",
        "reference_date": date(2026, 10, 31),
    }
    file = {name: delivery[name] for name in ("delivery_id", "source_code", "reference_date")}
    quarantine = {
        "delivery_id": "hr_register_2026-Q4_0a1b",
        "source_code": "hr_register",
        "reason_code": "unknown_code",
    }
    check = {
        "table_name": "core_hr__scd_employee",
        "reason_text": "a person has one main post",
        "severity_code": "blocking",
    }
    sentences = {
        ("national_gap", "gaps"): (
            "Ең үлкен олқылық",
            "Самый большой разрыв",
            "User centricity is the largest certain gap.",
        ),
        ("quotas", "quotas"): ("Орындар", "Места", "900 seats; 31 % of planned hours build skills."),
        ("strange_code", "nowhere"): (PAYLOAD,) * 3,
    }
    findings = [
        {
            "finding_order": i,
            "finding_code": code,
            "screen_code": screen,
            "figure": None,
            **_triple("finding_text", words),
        }
        for i, ((code, screen), words) in enumerate(sentences.items(), 1)
    ]
    return {
        "mart_quality__delivery": pl.DataFrame([delivery | counts]),
        "mart_quality__file": pl.DataFrame(
            [
                file | {"source_file": 1, "n_rows": 1000, "reason_code": None, "hint": None},
                file | {"source_file": 2, "n_rows": 0, "reason_code": "not_a_table", "hint": "save it as CSV"},
            ]
        ),
        "mart_quality__quarantine": pl.DataFrame(
            [quarantine | {"column_name": "grade_code", "value_shape": "X-9", "hint": "map the code", "n_rows": 7}]
        ),
        "mart_quality__check": pl.DataFrame(
            [
                check | {"check_name": "one_main_post", "passed": True, "n_failed": 0},
                check | {"check_name": "known_grades", "passed": False, "n_failed": 7, "severity_code": "warning"},
            ]
        ),
        "mart_quality__coverage": pl.DataFrame(
            [{"table_name": "core_ref__role_profile", "n_rows": 192, "draft_share": 1.0}]
        ),
        "mart_overview__finding": pl.DataFrame(findings, schema_overrides={"figure": pl.Float64}),
    }


def _run(run_id: str, scale: str) -> pl.DataFrame:
    anchored = scale == "anchored"
    row = {
        "run_id": run_id,
        "pack_id": "example",
        "pack_version": "1",
        **_triple("pack_name", ("Мысал", "Пример", "Example")),
        "is_synthetic": anchored,
        "scale_code": scale,
        "languages": "kk ru en",
        "time_zone": "Asia/Almaty",
        "currency_code": "KZT",
        "as_of_date": date(2026, 11, 14),
        "data_date": date(2026, 10, 31),
        "published_at": datetime(2026, 11, 14, 21, 11),
        "code_version": "test",
        "min_respondents": K,
        "n_people": 11720,
        "n_respondents": 5625,
        "response_share": 0.48,
        "n_groups": 48 if anchored else None,
        "n_groups_hidden": 9 if anchored else None,
        "content_hash": "0" * 64,
    }
    return pl.DataFrame([row])


def example_marts(scale: str = "anchored", run_id: str = "run-1", seed: int = 7) -> dict[str, pl.DataFrame]:
    """Every mart of a scale, enforced against its contract."""
    rng = np.random.default_rng(seed)
    agencies = _agencies()
    marts = _gaps(rng, agencies) | _needs(rng, agencies) | _quotas(rng, agencies) | _mapping() | _references(agencies)
    marts |= _climate(rng, agencies) | _quality() | {"mart_meta__run": _run(run_id, scale)}
    marts |= example_measurement.marts(np.random.default_rng(seed), marts, SCENARIOS)
    if scale == "agreement":
        marts["mart_overview__finding"] = marts["mart_overview__finding"].with_columns(screen_code=pl.lit("climate"))
    return {table.name: TABLES[table.name].enforce(marts[table.name]) for table in MART_TABLES if scale in table.scales}


def build_file(path: Path, marts: dict[str, pl.DataFrame]) -> None:
    """A DuckDB file with the given marts, no write-ahead log left behind."""
    with duckdb.connect(str(path)) as connection:
        for name, frame in marts.items():
            connection.register("frame", frame)
            columns = ", ".join(f'"{column}" {spec.sql_type}' for column, spec in TABLES[name].columns.items())
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            connection.execute(f'INSERT INTO "{name}" SELECT * FROM frame')
            connection.unregister("frame")
        connection.execute("CHECKPOINT")


@cache
def snapshot_content(scale: str, run_id: str, without: tuple[str, ...] = ()) -> bytes:
    """The bytes of an example snapshot; built once per set of arguments."""
    marts = {name: frame for name, frame in example_marts(scale, run_id).items() if name not in without}
    with TemporaryDirectory() as folder:
        build_file(Path(folder) / "example.duckdb", marts)
        return (Path(folder) / "example.duckdb").read_bytes()


def publish(
    home: Path,
    scale: str = "anchored",
    run_id: str = "run-1",
    previous: tuple[dict[str, str], ...] = (),
    without: tuple[str, ...] = (),
    checked_at: datetime | None = None,
) -> dict[str, str]:
    """Publish an example under ``home``; returns its pointer entry.

    Parameters
    ----------
    home : what SKILLSGAP_HOME will name
    scale, run_id : of the run
    previous : pointer entries of earlier snapshots
    without : marts to leave out
    checked_at : when a refresh last confirmed it, by default now
    """
    published = home / "published"
    published.mkdir(parents=True, exist_ok=True)
    content = snapshot_content(scale, run_id, without)
    (published / f"{run_id}.duckdb").write_bytes(content)
    entry = {"snapshot": f"{run_id}.duckdb", "sha256": hashlib.sha256(content).hexdigest()}
    now = (checked_at or datetime.now(UTC)).isoformat()
    facts = {
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "published_at": now,
        "checked_at": now,
        "previous": list(previous),
    }
    (published / "CURRENT.json").write_text(json.dumps(entry | facts), encoding="utf-8")
    return entry
