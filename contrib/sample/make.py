#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# make.py: writes the sample of the invented shop "Magazinul Lotus / Sklep Lotus" into its own folder.
# Run by hand, never by the build: `python3 make.py`. Deterministic (own random numbers, fixed seed), standard
# library only; its output is committed. The words are hand-written, in comments.ro.txt, comments.pl.txt and
# comments.en.txt; the story that is planted here is told, with its counts, in STORY.md.
import csv
import json
import os
import re
from datetime import datetime, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
START = datetime(2026, 3, 2)
END = datetime(2026, 8, 30, 23, 59)
WEEKS = 26
RELEASES = ((datetime(2026, 7, 22, 6), "5.2.1"), (datetime(2026, 6, 22, 6), "5.2"), (datetime(2025, 1, 1), "5.1"))


class Random:
    """xorshift64*: the same numbers in every version of Python."""

    def __init__(self, seed):
        self.s = seed

    def u(self):
        x = self.s
        x ^= x >> 12
        x ^= (x << 25) & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 27
        self.s = x
        return ((x * 0x2545F4914F6CDD1D) & 0xFFFFFFFFFFFFFFFF) / 2.0**64

    def int(self, a, b):
        return a + int(self.u() * (b - a + 1))

    def pick(self, seq):
        return seq[int(self.u() * len(seq))]

    def weighted(self, pairs):
        x = self.u() * sum(w for _, w in pairs)
        for v, w in pairs:
            x -= w
            if x < 0:
                return v
        return pairs[-1][0]

    def shuffle(self, seq):
        for i in range(len(seq) - 1, 0, -1):
            j = self.int(0, i)
            seq[i], seq[j] = seq[j], seq[i]
        return seq


R = Random(20260302)

# ---------------------------------------------------------------- the people who answer calls
# name, team, country, channels, woman?
AGENTS = [
    ("Ioana Marinescu", "Echipa Cluj", "RO", "cp", True),
    ("Radu Petrescu", "Echipa Cluj", "RO", "c", False),
    ("Mihai Stoica", "Echipa Cluj", "RO", "p", False),
    ("Andreea Popa", "Back Office", "RO", "e", True),
    ("Katarzyna Wiśniewska", "Zespół Kraków", "PL", "cp", True),
    ("Paweł Lis", "Zespół Kraków", "PL", "c", False),
    ("Tomasz Zieliński", "Zespół Kraków", "PL", "p", False),
    ("Magda Kowalczyk", "Back Office", "PL", "e", True),
]
STAR = "Ioana Marinescu"
QUEUES = {("c", "RO"): "chat-ro", ("c", "PL"): "chat-pl", ("e", "RO"): "mail-ro", ("e", "PL"): "mail-pl",
          ("p", "RO"): "phone-ro", ("p", "PL"): "phone-pl"}
CHANNEL = {"c": "chat", "e": "email", "p": "phone"}

PRODUCTS = (("Luna", "veioz|lamp"), ("Aria", r"c[aă][sș]ti|s[lł]uchawk|headphone|[lł]adowark|charger"), ("Nora", "cafetier|cafea|ekspres|kaw|kettle"),
            ("Vento", "aspirator|odkurzacz|vacuum"), ("Tessa", "rucsac|plecak|backpack"), ("Brisa", "ventilator|wentylator"))
REASONS = {"pay": "payment", "payok": "payment", "pay0": "payment", "del": "delivery", "del0": "delivery", "wait": "other"}


# ---------------------------------------------------------------- the words
class Text:
    def __init__(self, slot, lang, text, only, week):
        self.slot, self.lang, self.text, self.only, self.week, self.used = slot, lang, text, only, week, 0
        self.woman = re.search(r"\b(doamna|colega|fata|fetele|pani|konsultantka|lady|ioana)\b", text.lower()) is not None
        self.man = re.search(r"\b(domnul|colegul|pan|panu)\b", text.lower()) is not None

    def fits(self, channel, week):
        if self.only and channel not in self.only:
            return False
        if week < self.week:
            return False
        if channel == "c" and cp1250(self.text) is None:
            return False
        return True


def cp1250(text):
    """What Excel in Poland can keep: comma-below becomes cedilla; None if a letter has no place."""
    t = text.translate(str.maketrans("șțȘȚ", "şţŞŢ"))
    try:
        t.encode("cp1250")
    except UnicodeEncodeError:
        return None
    return t


def read_texts():
    slots = {}
    for lang in ("ro", "pl", "en"):
        slot = None
        with open(os.path.join(HERE, "comments.%s.txt" % lang), encoding="utf-8") as f:
            for line in f:
                line = line.rstrip("\n")
                if line.startswith("## "):
                    slot = line[3:]
                elif line and not line.startswith("#"):
                    m = re.match(r"\{([cep]+)(\d*)\}", line)
                    only, week = (m.group(1), int(m.group(2) or 0)) if m else ("", 0)
                    text = line[m.end():] if m else line
                    slots.setdefault(slot, {}).setdefault(lang, []).append(Text(slot, lang, text.replace("\\n", "\n"), only, week))
    return slots


TEXTS = read_texts()


def merged(slot, mix=False):
    """The texts of a slot in one sequence, languages interleaved evenly; order within a language as written, or mixed."""
    seq = []
    for lang in ("ro", "pl", "en"):
        lst = list(TEXTS.get(slot, {}).get(lang, ()))
        if mix:
            R.shuffle(lst)
        seq += [((i + 0.5) / len(lst), lang, t) for i, t in enumerate(lst)]
    return [t for _, _, t in sorted(seq, key=lambda x: (x[0], x[1]))]


POOL = {s: merged(s, s in ("pos", "mid", "neg", "wait")) for s in TEXTS}
AGAIN = [t for t in POOL["pos"] if len(t.text) <= 24 and not t.only and t.week == 0]  # short praise that many people type alike


def take(slot, channel, week, lang=None):
    for t in POOL[slot]:
        if not t.used and (lang is None or t.lang == lang) and t.fits(channel, week):
            t.used += 1
            return t
    if slot == "pos":
        for t in sorted(AGAIN, key=lambda t: t.used):
            if t.used < 3 and (lang is None or t.lang == lang) and t.fits(channel, week):
                t.used += 1
                return t
    return None


# ---------------------------------------------------------------- the story, week by week (1..26)
def spread(n, weeks):
    """n things evenly over a list of weeks: the weeks, one an item."""
    return [weeks[int((i + 0.5) * len(weeks) / n)] for i in range(n)]


def by_week(first, counts):
    return [first + i for i, c in enumerate(counts) for _ in range(c)]


ALL = list(range(1, 27))
PLAN = [  # slot, weeks
    ("pay", by_week(17, [7, 8, 7, 5, 3, 2, 1, 1])),
    ("payok", by_week(17, [2, 2, 3, 3, 1])),
    ("pay0", [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15, 16, 24, 26]),
    ("delPL0", by_week(1, [1, 1, 0, 2, 1, 1, 1, 1])),
    ("delPL", by_week(9, [1, 2, 3, 2, 2, 1, 3, 2, 2, 2, 2, 3, 1, 2, 2, 2, 3, 1])),
    ("delRO", by_week(1, [1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1])),
    ("wait", by_week(1, [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0])),
    ("neg", spread(26, ALL[:16]) + spread(26, ALL[16:])),
    ("mid", spread(64, ALL)),
    ("furious5", [3, 6, 10, 13, 15, 19, 22, 25]),
    ("praise1", [5, 12, 20, 24]),
    ("naughty", spread(12, ALL)),
    ("star", [2, 7, 11, 14, 18, 23]),
    ("kasia", [9]),
    ("pawel", [21]),
]
CYCLE = {  # channels of a slot, in turn
    "pay": "cecceccpcec", "payok": "cce", "pay0": "ecce", "delPL0": "ecp", "delPL": "ececpcepecp", "delRO": "cepec", "wait": "p", "neg": "cececepcec",
    "mid": "cepce", "furious5": "ec", "praise1": "ec", "naughty": "cepce", "star": "cpcc", "kasia": "p", "pawel": "c",
}
SHARE = {"c": 0.44, "e": 0.30, "p": 0.26}


def week_size(w):
    return round(30 + 6 * (w - 1) / 25) + (8 if 17 <= w <= 20 else 2 if w == 21 else 0)


class Answer:
    pass


MILD = re.compile(r"în rest|in rest|amabil|uprzejma|w porządku|produsul e bun|mily|Wszystko fajnie|troche dlugo|ok dar|dobrze ze|Maestro|za pierwszym razem|niestety trochę")

HARSH = re.compile(r"(?i)!|masakra|groaznic|tragedi|porażk|nigdy więcej|kłamstw|jenă|😡|🤦|wieczność|skandal|żart|zart|awful|aruncat|rzucił|nepoliticos|imposibil|enorm|serios|normal|bątr|bătr|poniedziałek i nadal")


def answers():
    out = []
    turn = {}
    slots = {w: [] for w in ALL}
    for slot, weeks in PLAN:
        for w in weeks:
            slots[w].append(slot)
    posturn = 0
    for w in ALL:
        have = {"c": 0, "e": 0, "p": 0}
        todo = []
        for slot in slots[w]:
            base = {"delPL0": "del0", "delPL": "del", "delRO": "del0"}.get(slot, slot)
            want = None
            if slot == "delPL0":
                want = "pl"
            if slot == "delRO":
                want = "ro"
            t = None
            i = turn.get(slot, 0)
            turn[slot] = i + 1
            first = CYCLE[slot][i % len(CYCLE[slot])]
            for ch in first + "cep":
                t = take(base, ch, w, want)
                if t is None and slot == "delRO":
                    t = take(base, ch, w, "en")
                if t:
                    break
            if t is None:
                raise SystemExit("no text left for %s in week %d" % (slot, w))
            have[ch] += 1
            todo.append((slot, ch, t))
        n = week_size(w)
        for _ in range(n - len(todo)):
            ch = max("cep", key=lambda c: SHARE[c] * n - have[c])
            have[ch] += 1
            posturn += 1
            k = posturn % 13
            if k in (1, 3, 5, 7, 9, 11, 0):
                if k == 0 and posturn % 2:
                    slot = "empty"
                else:
                    slot = "pos"
            elif k == 4:
                slot = "triv"
            else:
                slot = "empty"
            t = take("pos", ch, w) if slot == "pos" else None
            if slot == "pos" and t is None:
                slot = "empty"
            todo.append((slot, ch, t))
        for slot, ch, t in todo:
            a = Answer()
            a.week, a.slot, a.ch, a.t = w, slot, ch, t
            out.append(a)
    return out


TRIV = {"ro": ["-", "ok", "nu", ".", "nimic", "Nu", "OK", "nu am", "--", "da"], "pl": ["-", "ok", "brak", ".", "nie", "Brak", "brak uwag", "...", "OK", "nic"]}


def fill(out):
    n = {"triv": 0, "empty": 0, "star": 0, "low": 0}
    mids = 0
    even = {True: 0.5, False: 0.5}
    for i, a in enumerate(out):
        # language and country
        if a.t:
            a.lang = a.t.lang
        else:
            a.lang = "ro" if (i * 7 + a.week) % 20 < 9 else "pl"
        a.country = {"ro": "RO", "pl": "PL"}.get(a.lang) or ("PL" if a.slot in ("del",) or "RapidPost" in a.t.text or "dzięki" in a.t.text or i % 2 else "RO")
        if a.slot == "delRO":
            a.country = "RO"
        if a.slot == "delPL":
            a.country = "PL"
        a.text = a.t.text if a.t else ""
        if a.slot == "triv":
            lst = TRIV[a.lang]
            a.text = lst[n["triv"] // 2 % len(lst)]
            n["triv"] += 1
        # score of satisfaction
        s = a.slot
        if s == "pay":
            a.csat = 3 if MILD.search(a.text) else R.weighted([(1, 50), (2, 35), (3, 15)])
        elif s == "payok":
            a.csat = 5 if re.search(r"maxim|świetnie|Multumesc|thanks", a.text) else 4
        elif s in ("pay0", "delPL0", "delRO", "delPL", "wait"):
            mild = MILD.search(a.text) and not HARSH.search(a.text)
            a.csat = R.weighted([(3, 50), (4, 50)]) if mild else R.weighted([(1, 70), (2, 30)]) if HARSH.search(a.text) else R.weighted([(1, 26), (2, 38), (3, 36)])
        elif s == "neg":
            a.csat = R.weighted([(1, 55), (2, 35), (3, 10)])
        elif s == "mid":
            mids += 1
            a.csat = 3 if mids % 9 in (2, 6) else 4
            if a.text in ("Ani dobrze, ani źle.", "Nici bine, nici rău.", "Așa și așa.", "Średnio na jeża."):
                a.csat = 3
            if re.search("czwórkę|Dałabym pięć|Satisfăcător", a.text):
                a.csat = 4
        elif s == "furious5":
            a.csat = 5
        elif s == "praise1":
            a.csat = 1
        elif s in ("pos", "naughty", "star", "kasia", "pawel"):
            strong = re.search(r"(?i)nota 10|10/10|5/5|excelent|perfect|super|rewelac|piątkę|maxim|!!|impecabil|idealn|wow|extraordin|świetn", a.text)
            a.csat = 5 if strong else R.weighted([(5, 62), (4, 38)])
        else:
            n["low"] += 1
            a.csat = R.weighted([(3, 70), (2, 30)]) if n["low"] % 75 == 40 else R.weighted([(5, 66), (4, 34)])
        # the device on which the customer shops
        a.device = "mobile"
        if s not in ("pay", "payok"):  # evenly among good and bad answers: only the release makes a difference
            even[a.csat <= 3] += 0.46
            if even[a.csat <= 3] >= 1:
                even[a.csat <= 3] -= 1
                a.device = "desktop"
    for a in [a for a in out if a.slot == "pay" and 17 <= a.week <= 20 and not re.search(r"telefon|mobil|kom[oó]rc|phone|aplica", a.text.lower())][2:6:3]:
        a.device = "desktop"  # two of them came by the desktop: almost only on mobile
    for a in out:
        low = a.csat <= 3 or a.slot == "furious5"
        cands = [g for g in AGENTS if g[2] == a.country and a.ch in g[3]]
        if a.t:
            if a.t.woman and any(g[4] for g in cands):
                cands = [g for g in cands if g[4]]
            elif a.t.man and any(not g[4] for g in cands):
                cands = [g for g in cands if not g[4]]
        if a.slot == "star":
            cands = [g for g in AGENTS if g[0] == STAR]
        if a.slot == "kasia":
            cands = [g for g in AGENTS if g[0].startswith("Katarzyna")]
        if a.slot == "pawel":
            cands = [g for g in AGENTS if g[0].startswith("Paweł")]
        if low and len(cands) > 1:
            cands = [g for g in cands if g[0] != STAR] if R.u() < 0.72 else cands
            a.agent = R.pick(cands)
        else:
            a.agent = R.weighted([(g, 0.85 if g[0] == STAR else 1.0) for g in cands])
        a.product = None
        for p, pat in PRODUCTS:
            if re.search(pat, a.text.lower()):
                a.product = p
                break
        if a.product is None:
            a.product = R.weighted([("Luna", 24), ("Aria", 20), ("Nora", 18), ("Vento", 15), ("Tessa", 13), ("Brisa", 10)])


# ---------------------------------------------------------------- customers
RO_FIRST = "Ana Maria Ion Elena Andrei Mihaela George Cristina Alexandru Daniela Florin Gabriela Vlad Simona Dan Roxana Bogdan Alina Sorin Irina Victor Oana Lucian Diana Cosmin Raluca Marius Carmen Adrian Larisa".split()
RO_LAST = "Pop Ionescu Dumitru Stan Rusu Munteanu Matei Lazar Ciobanu Marin Tudor Dobre Barbu Nistor Florea Dima Moldovan Oprea Suciu Serban".split()
PL_FIRST = "Anna Piotr Maria Krzysztof Agnieszka Andrzej Ewa Marek Joanna Adam Monika Jan Beata Michal Dorota Pawel Iwona Lukasz Aleksandra Marcin Karolina Kamil Natalia Jakub Weronika Robert Zofia Szymon Teresa Igor".split()
PL_LAST = "Nowak Kowalska Wojcik Kaminski Lewandowska Zielinska Szymanski Dabrowska Kozlowski Mazur Krawczyk Piotrowska Grabowski Pawlak Michalska Krol Wieczorek Jablonska Wrobel Majewska".split()
EN_FIRST = "James Olivia Harry Emily Jack Grace Oscar Sophie".split()
EN_LAST = "Turner Baker Cooper Wright Hughes Morgan Clarke Reed".split()


class Person:
    pass


def people(n_ro, n_pl, n_en):
    lst, seen = [], set()
    for lang, firsts, lasts, n, dom in (("ro", RO_FIRST, RO_LAST, n_ro, ("example.ro", "example.com")), ("pl", PL_FIRST, PL_LAST, n_pl, ("example.pl", "example.com")),
                                        ("en", EN_FIRST, EN_LAST, n_en, ("example.com", "example.com"))):
        i = 0
        while i < n:
            f, l = R.pick(firsts).lower(), R.pick(lasts).lower()
            mail = R.weighted([("%s.%s" % (f, l), 50), ("%s%s" % (f[0], l), 20), ("%s.%s%d" % (f, l, R.int(70, 99)), 30)]) + "@" + (dom[0] if R.u() < 0.75 else dom[1])
            if mail in seen:
                continue
            seen.add(mail)
            p = Person()
            p.lang, p.email = lang, mail
            p.country = {"ro": "RO", "pl": "PL"}.get(lang) or ("RO" if i % 2 else "PL")
            p.phone = ("+407%d%07d" % (R.int(2, 7), 5550000 + len(lst))) if p.country == "RO" else ("+48%d%07d" % (R.pick([50, 51, 53, 60, 66, 69, 72, 78, 88]), 5550000 + len(lst)))
            p.crm = "LOT-%06d" % (104200 + len(lst) * 7)
            p.linked, p.mood, p.lost, p.last, p.n = False, 1, 99, "", {"c": 0, "e": 0, "p": 0}
            p.lows = 0
            lst.append(p)
            i += 1
    return lst


PEOPLE = people(300, 318, 24)
LINKED = []
for lang, n in (("ro", 58), ("pl", 58), ("en", 5)):
    some = [p for p in PEOPLE if p.lang == lang][:n]
    for k, p in enumerate(some):
        p.linked = True
        p.mood = (1, 1, -1, 1, -1)[k % 5] if k % 7 else 0
        if k % 5 == 4 or k % 17 == 7:
            p.lost = 11 + k % 9  # answers and buys no more after this week
        LINKED.append(p)


def customers(out):
    singles = {}
    for p in PEOPLE:
        if not p.linked:
            singles.setdefault((p.lang, p.country), []).append(p)
    for i, a in enumerate(out):
        low = a.csat <= 3
        if i % 37 == 5:
            a.person, a.customer = None, ""
            continue
        if R.u() < 0.44:
            cands = [(p, (6.0 if (p.mood > 0) != low else 0.12) if p.mood else 1.0) for p in LINKED if p.lang == a.lang and p.country == a.country and a.week <= p.lost]
            cands = [(p, w / (1 + p.n[a.ch])) for p, w in cands]
            p = R.weighted(cands) if cands else None
        else:
            p = None
        if p is None:
            cands = [(p, 1.0 / (1 + 6 * sum(p.n.values()))) for p in singles[(a.lang, a.country)] if p.last in ("", a.ch)]
            p = R.weighted(cands)
            p.last = a.ch
        p.n[a.ch] += 1
        p.lows += low
        a.person = p
        if a.ch == "c":
            a.customer = p.crm if p.linked and i % 10 < 8 or not p.linked and sum(map(ord, p.email)) % 10 < 6 else p.email
        elif a.ch == "e":
            a.customer = p.email
        else:
            a.customer = p.phone


# ---------------------------------------------------------------- clocks
DAY = [(0, 24), (1, 17), (2, 16), (3, 15), (4, 13), (5, 8), (6, 7)]


def moment(week, first=0, last=6):
    d = R.weighted([x for x in DAY if first <= x[0] <= last])
    h = R.weighted([(8, 5), (9, 9), (10, 11), (11, 10), (12, 8), (13, 8), (14, 9), (15, 9), (16, 9), (17, 8), (18, 6), (19, 5), (20, 3)])
    return START + timedelta(days=7 * (week - 1) + d, hours=h, minutes=R.int(0, 59), seconds=R.int(0, 59))


def wait_seconds(week, slot):
    """On the phone: until somebody (or the call-back) speaks."""
    if slot == "wait":
        return R.int(1150, 2400)
    return R.int(150, 660) if week < 12 else R.int(40, 260)


def times(a):
    a.answered = moment(a.week, last=3) if a.slot == "pay" and a.week in (21, 22) else moment(a.week)
    low = a.csat <= 3
    if a.ch == "c":
        a.resolved = a.answered - timedelta(seconds=R.int(40, 900))
        a.asked = a.resolved + timedelta(seconds=R.int(2, 20))
        start = a.resolved - timedelta(seconds=R.int(200, 1500))
        a.first = start + min(timedelta(seconds=R.int(15, 200) + (120 if low else 0)), (a.resolved - start) / 2)
        a.first = a.first.replace(microsecond=0)
    elif a.ch == "p":
        a.resolved = a.answered - timedelta(seconds=R.int(90, 5400))
        a.asked = a.resolved + timedelta(seconds=R.int(30, 80))
        talk = R.int(120, 840)
        a.first = a.resolved - timedelta(seconds=talk)
        start = a.first - timedelta(seconds=wait_seconds(a.week, a.slot))
    else:
        a.asked = a.answered - timedelta(minutes=R.int(20, 1500))
        a.resolved = a.asked - timedelta(minutes=R.int(5, 60))
        slow = R.weighted([(0, 32), (1, 36), (2, 32)]) if low else R.weighted([(0, 52), (1, 36), (2, 12)])
        lat = (R.int(12, 235), R.int(245, 1430), R.int(1450, 4300))[slow]
        if re.search("cinci zile|sześciu dniach", a.text):
            lat = 1440 * (5 if "cinci" in a.text else 6) + 95
        if re.search("doua ore|po godzinie", a.text):
            lat = 115 if "doua" in a.text else 57
        start = a.resolved - timedelta(minutes=R.int(5, 400) + lat)
        a.first = start + timedelta(minutes=lat)
    if start < START + timedelta(hours=7):  # nothing begins before the sample does
        gap = (a.answered - (START + timedelta(hours=7, minutes=R.int(0, 50)))) / 10
        start, a.first, a.resolved, a.asked = a.answered - 10 * gap, a.answered - 8 * gap, a.answered - 5 * gap, a.answered - 4 * gap
        a.first, a.resolved, a.asked = (t.replace(microsecond=0) for t in (a.first, a.resolved, a.asked))
        start = start.replace(microsecond=0)
    a.start = start
    a.release = next(v for at, v in RELEASES if a.answered >= at)
    a.partner = "Meridian Curier" if a.country == "RO" else ("RapidPost" if a.week >= 9 else "KurierPlus")


def scores(a):
    furious = a.slot == "furious5"
    a.nps = a.ces = a.fcr = None
    c = a.csat
    if a.ch == "e":
        if R.u() < 0.95:
            mood = a.person.mood if a.person and a.person.linked else 0
            if c == 5:
                a.nps = R.weighted([(10, 52), (9, 33), (8, 13 if mood < 1 else 3)])
            elif c == 4:
                a.nps = R.weighted([(9, 24 if mood >= 0 else 5), (8, 44), (7, 27), (6, 5)])
            elif c == 3:
                a.nps = R.weighted([(7, 20), (6, 40), (5, 40)])
            elif c == 2:
                a.nps = R.weighted([(5, 25), (4, 30), (3, 25), (2, 20)])
            else:
                a.nps = R.weighted([(0, 45), (1, 25), (2, 20), (3, 10)])
        if a.nps is not None and R.u() < 0.07 and not furious and a.slot != "praise1":
            a.csat = None
    else:
        if R.u() < 0.9:
            a.ces = R.weighted({5: [(7, 60), (6, 36), (5, 4)], 4: [(6, 45), (5, 40), (4, 15)], 3: [(5, 25), (4, 50), (3, 25)], 2: [(4, 20), (3, 50), (2, 30)], 1: [(3, 20), (2, 35), (1, 45)]}[c])
        yes = {5: 0.94, 4: 0.82, 3: 0.5, 2: 0.22, 1: 0.1}[c]
        t = a.text.lower()
        if re.search(r"nerezolvat|nu s-a rezolvat|nu a fost rezolv|nierozw|niezałatw|tot nu |dalej nie|nadal n|nu merge plata", t) or a.slot == "pay":
            a.fcr = 0
        elif re.search(r"s-a rezolvat|rezolvat tot|rozwiązan|załatwion|od ręki|solved|din prima", t):
            a.fcr = 1
        else:
            a.fcr = 1 if R.u() < yes else 0
        if R.u() < 0.06:
            a.fcr = None


# ---------------------------------------------------------------- files
def dmy(t):
    return t.strftime("%d.%m.%Y %H:%M")


def iso(t):
    return t.strftime("%Y-%m-%d %H:%M:%S") if t else ""


def rfc3339(t):
    summer = datetime(2026, 3, 29, 3) <= t < datetime(2026, 10, 25, 4)
    return t.strftime("%Y-%m-%dT%H:%M:%S") + ("+03:00" if summer else "+02:00")


def path(name):
    return os.path.join(HERE, name)


def write_chat(rows):
    with open(path("feedback-chat.csv"), "w", encoding="cp1250", newline="") as f:
        w = csv.writer(f, delimiter=";", lineterminator="\r\n")
        w.writerow("Numer;Data odpowiedzi;Rozpoczęto;Wysłano;Kanał;Rozmowa;Klient;Konsultant;Zespół;Kolejka;Ocena;Łatwość;Rozwiązano;Komentarz;Produkt;Urządzenie;Wersja;Kraj;Partner".split(";"))
        for a in rows:
            w.writerow([a.id, dmy(a.answered), dmy(a.start), dmy(a.asked), "czat", a.inter, a.customer, a.agent[0], a.agent[1], a.queue,
                        "" if a.csat is None else "%d,0" % a.csat, "" if a.ces is None else "%d,0" % a.ces, {None: "", 0: "nie", 1: "tak"}[a.fcr],
                        cp1250(a.text), a.product, a.device, a.release, a.country, a.partner])


def write_email(rows):
    with open(path("feedback-email.csv"), "w", encoding="utf-8-sig", newline="") as f:
        w = csv.writer(f, delimiter=";", lineterminator="\r\n")
        w.writerow("Nr;Data răspunsului;Data interacțiunii;Trimis la;Canal;Tichet;Client;Agent;Echipă;Coadă;Satisfacție;Recomandare;Comentariu;Produs;Dispozitiv;Versiune;Țară;Partner".split(";"))
        for a in rows:
            w.writerow([a.id, dmy(a.answered), dmy(a.start), dmy(a.asked), "email", a.inter, a.customer, a.agent[0], a.agent[1], a.queue,
                        "" if a.csat is None else a.csat, "" if a.nps is None else a.nps, a.text, a.product, a.device, a.release, a.country, a.partner])


def write_phone(rows):
    with open(path("feedback-phone.jsonl"), "w", encoding="utf-8", newline="") as f:
        for k, a in enumerate(rows):
            o = {"id": a.id, "channel": "phone", "interaction": a.inter, "occurred_at": rfc3339(a.start), "asked_at": rfc3339(a.asked), "answered_at": rfc3339(a.answered)}
            if a.customer:
                o["customer"] = a.customer
            o.update(agent=a.agent[0], team=a.agent[1], queue=a.queue)
            o["scores"] = {k2: v for k2, v in (("csat", a.csat), ("ces", a.ces), ("fcr", a.fcr)) if v is not None}
            if a.text:
                o["comment"] = a.text
                if k % 2:
                    o["language"] = a.lang
            o["attributes"] = {"product": a.product, "device": a.device, "release": a.release, "country": a.country, "partner": a.partner}
            f.write(json.dumps(o, ensure_ascii=False, separators=(",", ":")) + "\n")


def queue(ch, country, week):
    q = QUEUES[(ch, country)]
    if ch == "p" and week >= 12 and R.u() < 0.55:
        q = "callback-" + country.lower()
    return q


def main():
    out = answers()
    fill(out)
    customers(out)
    for a in out:
        times(a)
        scores(a)
        a.queue = QUEUES[("p", a.country)] if a.slot == "wait" else queue(a.ch, a.country, a.week)
        if re.search("oddzw|sunat înapoi|m-au sunat ei|suna inapoi", a.text.lower()) and a.week >= 12 and a.ch == "p":
            a.queue = "callback-" + a.country.lower()
        a.reason = REASONS.get(a.slot.replace("PL0", "").replace("PL", "").replace("RO", "")) or R.weighted([("delivery", 26), ("order", 16), ("return", 14), ("product", 20), ("payment", 4), ("account", 8), ("invoice", 6), ("other", 6)])
        a.escalated = R.u() < (0.2 if a.csat is not None and a.csat <= 3 else 0.03)
        a.self_service = False
    out.sort(key=lambda a: (a.answered, a.slot, a.text))

    # the interactions that nobody answered, by channel so that the response rates are about 38, 27 and 31 %
    rate = {"c": 0.38, "e": 0.27, "p": 0.31}
    inter = list(out)
    for ch in "cep":
        n = {w: sum(1 for a in out if a.ch == ch and a.week == w) for w in ALL}
        for w in ALL:
            # follows the week's own number of answers only half: a wave of answers is a wave of contacts
            avg = SHARE[ch] * (31 + 6 * (w - 1) / 25)
            want = round((0.5 * n[w] + 0.5 * avg) * (1 / rate[ch] - 1))
            for _ in range(want):
                b = Answer()
                b.id = None
                b.ch, b.week, b.slot, b.csat, b.text, b.t = ch, w, "none", None, "", None
                b.country = "RO" if R.u() < 0.48 else "PL"
                b.agent = R.pick([g for g in AGENTS if g[2] == b.country and ch in g[3]])
                b.start = moment(w)
                b.self_service = ch == "c" and R.u() < 0.16
                if ch == "c":
                    b.first = b.start + timedelta(seconds=R.int(15, 240))
                    b.resolved = b.first + timedelta(seconds=R.int(120, 1500))
                elif ch == "p":
                    b.first = b.start + timedelta(seconds=wait_seconds(w, ""))
                    b.resolved = b.first + timedelta(seconds=R.int(90, 840))
                else:
                    b.first = b.start + timedelta(minutes=R.weighted([(R.int(12, 235), 45), (R.int(245, 1430), 36), (R.int(1450, 4300), 19)]))
                    b.resolved = b.first + timedelta(minutes=R.int(5, 900))
                if b.self_service:
                    b.agent, b.first = ("", "", b.country, "c", False), None
                    b.resolved = b.start + timedelta(seconds=R.int(40, 400))
                b.escalated = not b.self_service and R.u() < 0.06
                b.queue = queue(ch, b.country, w) if not b.self_service else "bot-" + b.country.lower()
                b.reason = R.weighted([("delivery", 30), ("order", 16), ("return", 14), ("product", 16), ("payment", 14 if 17 <= w <= 20 else 4), ("account", 8), ("invoice", 6), ("other", 6)])
                p = R.pick([p for p in PEOPLE if p.country == b.country and (w <= p.lost)])
                b.customer = "" if b.self_service else (p.crm if ch == "c" else p.email if ch == "e" else p.phone)
                if b.resolved > END:
                    b.resolved = None
                if b.first and b.first > END:
                    b.first = None
                b.asked = b.resolved + timedelta(seconds=R.int(5, 90)) if b.resolved and not b.self_service else None
                if b.asked and b.asked > END:
                    b.asked = None
                if b.asked and ch == "p" and R.u() < 0.08:
                    b.asked = None  # hung up before the survey
                inter.append(b)
    inter.sort(key=lambda a: (a.start, a.ch, a.customer, a.resolved or END))
    count = {"c": 40000, "e": 70000, "p": 90000}
    for a in inter:
        count[a.ch] += 1
        a.inter = {"c": "CZ-", "e": "TK-", "p": "AP-"}[a.ch] + str(count[a.ch])
    n = {"c": 0, "e": 0, "p": 0}
    for a in out:
        n[a.ch] += 1
        a.id = {"c": "CH-%05d", "e": "EM-%05d", "p": "PH-%05d"}[a.ch] % n[a.ch]

    write_chat([a for a in out if a.ch == "c"])
    write_email([a for a in out if a.ch == "e"])
    write_phone([a for a in out if a.ch == "p"])

    with open(path("interactions.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow("id,interaction,channel,started_at,first_response,resolved,escalated,self_service,agent,team,queue,reason,customer,country".split(","))
        for a in inter:
            w.writerow([a.inter, a.inter, CHANNEL[a.ch], iso(a.start), iso(a.first), iso(a.resolved), "yes" if a.escalated else "no", "yes" if a.self_service else "no",
                        a.agent[0], a.agent[1], a.queue, a.reason, a.customer, a.country])
    with open(path("invitations.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow("id,interaction,channel,sent_at,delivery,agent,customer".split(","))
        k = 0
        for a in sorted((a for a in inter if a.asked), key=lambda a: (a.asked, a.inter)):
            k += 1
            delivery = "offered" if a.ch == "p" else "delivered"
            if a.id is None and a.ch == "e" and R.u() < 0.04:
                delivery = "bounced"
            w.writerow(["INV-%05d" % k, a.inter, CHANNEL[a.ch], iso(a.asked), delivery, a.agent[0], a.customer])
    with open(path("customers.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["email", "phone", "crm"])
        for p in LINKED:
            w.writerow([p.email, p.phone, p.crm])
    write_activity(out)
    write_notes()
    with open(path("planted.tsv"), "w", encoding="utf-8", newline="") as f:
        f.write("# id\tweek\tslot\tlang\tchannel\tdevice\tcountry\tcsat\n")
        for a in out:
            f.write("\t".join([a.id, str(a.week), a.slot, a.lang if a.text else "-", CHANNEL[a.ch], a.device, a.country, "" if a.csat is None else str(a.csat)]) + "\n")


def write_activity(out):
    """Purchases, logins and cancellations of 300 customers: those linked first. 210 of them are the cohort of weeks 1-4."""
    others = [p for p in PEOPLE if not p.linked]
    group = LINKED + others[::2][:300 - len(LINKED)]
    cohort = group[:210]
    # who stays: two of three; bad answers make staying less likely
    order = sorted(range(len(cohort)), key=lambda i: (0.55 * (cohort[i].lows > 0) + (2 if cohort[i].lost < 99 else 0) + R.u(), i))
    stay = set(order[:round(0.64 * len(cohort))])
    rows = []

    def act(p, kind, at, value=""):
        if at <= END:
            rows.append((at, p.crm if p.linked and len(rows) % 3 == 0 else p.email, kind, value))

    def buy(p, at):
        act(p, "login", at - timedelta(minutes=R.int(3, 50)))
        act(p, "purchase", at, "%d.%02d" % (R.weighted([(R.int(9, 40), 40), (R.int(41, 120), 40), (R.int(121, 480), 20)]), R.pick([0, 49, 90, 99])))

    def at(day):
        return START + timedelta(days=day, hours=R.int(8, 21), minutes=R.int(0, 59), seconds=R.int(0, 59))

    for i, p in enumerate(group):
        if i < len(cohort):
            first, stays = R.int(0, 27), i in stay
        else:
            first, stays = R.int(28, 150), R.u() < 0.7
        buy(p, at(first))
        d = first
        if stays:
            while True:
                d += R.int(6, 26)
                if d > 181:
                    break
                buy(p, at(d)) if R.u() < 0.55 else act(p, "login", at(d))
            for lo, hi in ((62, 88), (93, 120)):  # certainly seen in days 61-90 and after day 90
                if first + hi < 181:
                    act(p, "login", at(first + R.int(lo, hi)))
        else:
            for _ in range(R.int(0, 3)):
                d += R.int(3, 17)
                if d - first < 58 and d <= 181:
                    act(p, "login", at(d)) if R.u() < 0.7 else buy(p, at(d))
            if R.u() < 0.45 and d + 5 - first < 59 and d + 5 <= 181:
                act(p, "cancel", at(d + R.int(1, 4)))
    rows.sort()
    with open(path("activity.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow("id,occurred_at,customer,activity,value".split(","))
        for k, (t, c, kind, v) in enumerate(rows, 1):
            w.writerow(["ACT-%05d" % k, iso(t), c, kind, v])


def write_notes():
    with open(path("notes.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow("date,kind,en,ro,pl".split(","))
        w.writerow(["2026-04-27", "partner", "New courier in Poland: RapidPost replaces KurierPlus", "Curier nou în Polonia: RapidPost înlocuiește KurierPlus", "Nowy kurier w Polsce: RapidPost zamiast KurierPlus"])
        w.writerow(["2026-05-18", "service", "Call-back queue on the phone", "Coadă cu apel înapoi la telefon", "Kolejka z oddzwanianiem na infolinii"])
        w.writerow(["2026-06-22", "release", "Release 5.2", "Versiunea 5.2", "Wersja 5.2"])
        w.writerow(["2026-07-22", "release", "Hotfix 5.2.1: card payment on mobile", "Remediere 5.2.1: plata cu cardul pe mobil", "Poprawka 5.2.1: płatność kartą na telefonie"])


if __name__ == "__main__":
    main()
