/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_score.c: the score in what a customer wrote (mail_reply.h). A number is believed where it
 * stands alone, or among words that are said of scores only; "2 tygodnie" is none.
 */
#include <string.h>

#include "collector/mail_quote.h"
#include "collector/mail_reply.h"
#include "collector/values.h"
#include "core/utf8.h"

enum { LEAD_WORDS = 6, GREETING_MAX = 60, LISTED = 2 };

/* Folded words before a number. CORE: a score is spoken of, anything may follow the number. */
enum { CORE = 1, FILLER = 2, WORDS = 3 };

static const struct phrase leads_rows[] = {
	{ SV_INIT("nota"), CORE },
	{ SV_INIT("notez"), CORE },
	{ SV_INIT("scor"), CORE },
	{ SV_INIT("scorul"), CORE },
	{ SV_INIT("punctaj"), CORE },
	{ SV_INIT("punctajul"), CORE },
	{ SV_INIT("calificativ"), CORE },
	{ SV_INIT("evaluare"), CORE },
	{ SV_INIT("evaluarea"), CORE },
	{ SV_INIT("rating"), CORE },
	{ SV_INIT("ratingul"), CORE },
	{ SV_INIT("score"), CORE },
	{ SV_INIT("ocena"), CORE },
	{ SV_INIT("ocene"), CORE },
	{ SV_INIT("oceny"), CORE },
	{ SV_INIT("oceniam"), CORE },
	{ SV_INIT("ocenilbym"), CORE },
	{ SV_INIT("ocenilabym"), CORE },
	{ SV_INIT("punktacja"), CORE },
	{ SV_INIT("csat"), CORE },
	{ SV_INIT("nps"), CORE },
	{ SV_INIT("ces"), CORE },
	{ SV_INIT("mark"), CORE },
	{ SV_INIT("raspuns"), CORE },
	{ SV_INIT("raspunsul meu"), CORE },
	{ SV_INIT("odpowiedz"), CORE },
	{ SV_INIT("moja odpowiedz"), CORE },
	{ SV_INIT("answer"), CORE },
	{ SV_INIT("dau"), FILLER },
	{ SV_INIT("dam"), FILLER },
	{ SV_INIT("as"), FILLER },
	{ SV_INIT("da"), FILLER },
	{ SV_INIT("acord"), FILLER },
	{ SV_INIT("ofer"), FILLER },
	{ SV_INIT("va"), FILLER },
	{ SV_INIT("mea"), FILLER },
	{ SV_INIT("este"), FILLER },
	{ SV_INIT("e"), FILLER },
	{ SV_INIT("un"), FILLER },
	{ SV_INIT("o"), FILLER },
	{ SV_INIT("de"), FILLER },
	{ SV_INIT("pun"), FILLER },
	{ SV_INIT("meritati"), FILLER },
	{ SV_INIT("meriti"), FILLER },
	{ SV_INIT("din partea"), FILLER },
	{ SV_INIT("partea"), FILLER },
	{ SV_INIT("din"), FILLER },
	{ SV_INIT("daje"), FILLER },
	{ SV_INIT("dajemy"), FILLER },
	{ SV_INIT("dalbym"), FILLER },
	{ SV_INIT("dalabym"), FILLER },
	{ SV_INIT("wystawiam"), FILLER },
	{ SV_INIT("stawiam"), FILLER },
	{ SV_INIT("moja"), FILLER },
	{ SV_INIT("ode"), FILLER },
	{ SV_INIT("mnie"), FILLER },
	{ SV_INIT("to"), FILLER },
	{ SV_INIT("jest"), FILLER },
	{ SV_INIT("na"), FILLER },
	{ SV_INIT("za"), FILLER },
	{ SV_INIT("i"), FILLER },
	{ SV_INIT("i'd"), FILLER },
	{ SV_INIT("i’d"), FILLER },
	{ SV_INIT("would"), FILLER },
	{ SV_INIT("give"), FILLER },
	{ SV_INIT("it"), FILLER },
	{ SV_INIT("you"), FILLER },
	{ SV_INIT("a"), FILLER },
	{ SV_INIT("is"), FILLER },
	{ SV_INIT("my"), FILLER },
	{ SV_INIT("of"), FILLER },
};
static const struct phrases leads = { leads_rows,
				      sizeof(leads_rows) / sizeof(leads_rows[0]) };

static const struct phrase units_rows[] = {
	{ SV_INIT("stele"), 0 },
	{ SV_INIT("stea"), 0 },
	{ SV_INIT("steluta"), 0 },
	{ SV_INIT("stelute"), 0 },
	{ SV_INIT("puncte"), 0 },
	{ SV_INIT("punct"), 0 },
	{ SV_INIT("gwiazdka"), 0 },
	{ SV_INIT("gwiazdki"), 0 },
	{ SV_INIT("gwiazdek"), 0 },
	{ SV_INIT("gwiazdy"), 0 },
	{ SV_INIT("punkty"), 0 },
	{ SV_INIT("punktow"), 0 },
	{ SV_INIT("pkt"), 0 },
	{ SV_INIT("stars"), 0 },
	{ SV_INIT("star"), 0 },
	{ SV_INIT("points"), 0 },
	{ SV_INIT("cu plus"), 0 },
	{ SV_INIT("cu steluta"), 0 },
	{ SV_INIT("cu felicitari"), WORDS },
	{ SV_INIT("multumesc"), WORDS },
	{ SV_INIT("mersi"), WORDS },
	{ SV_INIT("recomand"), WORDS },
	{ SV_INIT("dziekuje"), WORDS },
	{ SV_INIT("dzieki"), WORDS },
	{ SV_INIT("polecam"), WORDS },
	{ SV_INIT("pozdrawiam"), WORDS },
	{ SV_INIT("thanks"), WORDS },
	{ SV_INIT("thank you"), WORDS },
};
/* WORDS: what people put behind a bare number; it stays with their words. */
static const struct phrases units = { units_rows,
				      sizeof(units_rows) / sizeof(units_rows[0]) };

/* Between a point and the end of its scale: "9 din 10", "4 na 5". */
static const struct phrase outof_rows[] = {
	{ SV_INIT("din"), 0 },	  { SV_INIT("z"), 0 },	{ SV_INIT("na"), 0 },
	{ SV_INIT("out of"), 0 }, { SV_INIT("of"), 0 },
};
static const struct phrases outof = { outof_rows,
				      sizeof(outof_rows) / sizeof(outof_rows[0]) };

/* Behind a number: it counts time, whatever stands before it. */
static const struct phrase times_rows[] = {
	{ SV_INIT("secunde"), 0 },   { SV_INIT("minut"), 0 },
	{ SV_INIT("minute"), 0 },    { SV_INIT("ora"), 0 },
	{ SV_INIT("ore"), 0 },	     { SV_INIT("zi"), 0 },
	{ SV_INIT("zile"), 0 },	     { SV_INIT("saptamana"), 0 },
	{ SV_INIT("saptamani"), 0 }, { SV_INIT("luna"), 0 },
	{ SV_INIT("luni"), 0 },	     { SV_INIT("ani"), 0 },
	{ SV_INIT("minuty"), 0 },    { SV_INIT("godzina"), 0 },
	{ SV_INIT("godziny"), 0 },   { SV_INIT("godzin"), 0 },
	{ SV_INIT("dzien"), 0 },     { SV_INIT("dni"), 0 },
	{ SV_INIT("tydzien"), 0 },   { SV_INIT("tygodnie"), 0 },
	{ SV_INIT("tygodni"), 0 },   { SV_INIT("miesiac"), 0 },
	{ SV_INIT("miesiace"), 0 },  { SV_INIT("miesiecy"), 0 },
	{ SV_INIT("lata"), 0 },	     { SV_INIT("lat"), 0 },
	{ SV_INIT("minutes"), 0 },   { SV_INIT("hours"), 0 },
	{ SV_INIT("day"), 0 },	     { SV_INIT("days"), 0 },
	{ SV_INIT("weeks"), 0 },     { SV_INIT("months"), 0 },
	{ SV_INIT("years"), 0 },
};
static const struct phrases times = { times_rows,
				      sizeof(times_rows) / sizeof(times_rows[0]) };

struct found {
	int value, of; /* of 0: not said */
	bool whole;    /* the line says nothing else */
	bool listed;   /* "1. …": the first of a list? */
};

static struct sv behind(struct sv s, size_t n)
{
	return sv_sub(s, n, s.n);
}

static struct sv skip(struct sv s, const char *marks)
{
	while (s.n && strchr(marks, s.p[0]))
		s = behind(s, 1);
	return s;
}

static bool digit(struct sv s)
{
	return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

/* A sign that is no letter: dashes, quotes, hearts, faces. */
static bool symbol(struct sv s)
{
	size_t n;
	uint32_t cp = utf8_next(s, &n);

	return (cp >= 0x2010 && cp < 0x2c00) || (cp >= 0x3000 && cp < 0x3040) ||
	       (cp >= 0xfe00 && cp < 0xfe10) || cp >= 0x1f000;
}

static bool only_marks(struct sv s)
{
	while (s.n) {
		size_t n = 1;

		if (s.p[0] & 0x80) {
			if (!symbol(s))
				return false;
			utf8_next(s, &n);
		} else if (!strchr(" .,;:!-*_\"')]+^<=", s.p[0])) {
			return false;
		}
		s = behind(s, n);
	}
	return true;
}

static bool number(struct sv *s, int *out)
{
	struct sv d = { s->p, 0 };
	int64_t v;

	while (digit(behind(*s, d.n)))
		d.n++;
	if (!d.n || d.n > 3 || !sv_i64(d, &v))
		return false;
	*s = behind(*s, d.n);
	*out = (int)v;
	return true;
}

/* ".0", ",00": still a whole point. False: a fraction, a time, a date, a range. */
static bool whole_number(struct sv *s)
{
	struct sv rest;

	if (s->n < 2 || !strchr(".,:-/%", s->p[0]))
		return !s->n || s->p[0] != '%';
	rest = behind(*s, 1);
	if (s->p[0] == '%')
		return false;
	if (!digit(rest) || s->p[0] == '/')
		return true;
	if (s->p[0] != '.' && s->p[0] != ',')
		return false;
	while (rest.n && rest.p[0] == '0')
		rest = behind(rest, 1);
	if (digit(rest))
		return false;
	*s = rest;
	return true;
}

/* What may follow a number that is a score: a mark, a sign, after a word for scores anything. */
static bool tail_fits(struct sv s, bool core)
{
	if (!core && s.n > 1 && s.p[0] == ' ')
		s = behind(s, 1);
	if (s.p[0] & 0x80)
		return symbol(s);
	if (s.p[0] == '-' && s.n > 1 && s.p[1] != ' ' && s.p[1] != '-')
		return false; /* "2-a oară" */
	return strchr(core ? " .,;:!-)" : ".,;:!-)(*+", s.p[0]) != NULL;
}

/* Behind the end of a scale: no more of a number, of a date, of a time. */
static bool number_ends(struct sv s)
{
	if (s.n && strchr("/%:", s.p[0]))
		return false;
	return !s.n || !strchr(".,-", s.p[0]) || !digit(behind(s, 1));
}

/* "/10", " din 10": false: something else that has a slash. */
static bool out_of(struct sv *s, int *of)
{
	struct sv rest = skip(*s, " ");
	bool slash = rest.n && rest.p[0] == '/';
	const struct phrase *p = slash ? NULL : phrase_at(&outof, rest);
	int end;

	if (!slash && !p)
		return true;
	rest = skip(behind(rest, slash ? 1 : p->text.n), " ");
	if (!number(&rest, &end))
		return !slash;
	if (!number_ends(rest))
		return false;
	if (!slash && rest.n && !tail_fits(rest, false) &&
	    !phrase_at(&units, skip(rest, " ")))
		return true; /* "10 na 10 …": who knows of what */
	*of = end;
	*s = rest;
	return true;
}

/* ★★★★☆, ⭐⭐⭐, before anything else. */
static bool stars(struct sv s, struct found *f)
{
	int full = 0, all = 0;

	while (s.n) {
		size_t n;
		uint32_t cp = utf8_next(s, &n);

		if (cp == 0x2605 || cp == 0x2b50 || cp == 0x1f31f)
			full++;
		else if (cp != 0x2606)
			break;
		all++;
		s = behind(s, n);
		while (sv_starts(s, SV("\xef\xb8\x8f")) || (s.n && s.p[0] == ' '))
			s = behind(s, s.p[0] == ' ' ? 1 : 3);
	}
	*f = (struct found){ full, all > full ? all : 0, only_marks(s), false };
	return all > 0 && all <= SCORE_POINTS_MAX;
}

/* The words before the number; false: others stand there. */
static bool lead(struct sv *s, bool *core, bool *any)
{
	for (int i = 0; i < LEAD_WORDS; i++) {
		const struct phrase *p;

		*s = skip(*s, " :=-,*_\"'(#");
		while (s->n && (s->p[0] & 0x80) && symbol(*s)) {
			size_t n;

			utf8_next(*s, &n);
			*s = skip(behind(*s, n), " ");
		}
		if (digit(*s))
			return true;
		p = phrase_at(&leads, *s);
		if (!p)
			return false;
		*any = true;
		*core |= p->is == CORE;
		*s = behind(*s, p->text.n);
	}
	return digit(*s);
}

static bool minus(struct sv s)
{
	return s.n > 1 && s.p[0] == '-' && digit(behind(s, 1));
}

/* "3 zile", "2, 3 zile", "5 – 6": no point of a scale was chosen. */
static bool counts(struct sv s, const struct found *f)
{
	size_t n;
	int to;

	if (f->of) /* "2 din 10" */
		return false;

	s = skip(s, " ");
	if (phrase_at(&times, s))
		return true;
	if (s.n && (s.p[0] & 0x80) && symbol(s)) {
		utf8_next(s, &n);
		s = behind(s, n);
	}
	s = skip(s, " ,-");
	return number(&s, &to) && to == f->value + 1;
}

static bool said(struct sv plain, struct found *f)
{
	struct sv s = plain;
	bool core = false, any = false;
	const struct phrase *unit;

	if (stars(s, f))
		return true;
	*f = (struct found){ .value = 0 };
	if (minus(s) || !lead(&s, &core, &any) || !number(&s, &f->value))
		return false;
	if (!whole_number(&s) || !out_of(&s, &f->of) || counts(s, f))
		return false;
	unit = phrase_at(&units, skip(s, " "));
	if (unit)
		s = behind(skip(s, " "), unit->text.n);
	f->whole = only_marks(s) && (!unit || unit->is != WORDS);
	if (f->whole || unit || f->of)
		return true;
	f->listed = !any && strchr(".)", s.p[0]);
	return tail_fits(s, core);
}

/* "1. …" and "2. …" below it: a list. */
static bool second_of_list(struct sv text)
{
	while (text.n) {
		struct sv line = sv_trim(sv_cut(&text, '\n'));
		int v;

		if (digit(line) && number(&line, &v) && v == LISTED && line.n &&
		    strchr(".)", line.p[0]))
			return true;
	}
	return false;
}

static bool fits(struct found f, const struct score *want)
{
	if (want->kind == SCORE_FCR)
		return false;
	return (!f.of || f.of == want->max) && f.value >= want->min &&
	       f.value <= want->max;
}

/* "Da", "Nie, dalej nie działa": a score of yes and no. */
static bool yes_or_no(struct sv plain, struct found *f)
{
	struct sv word = { plain.p, 0 };
	enum tri yes;

	while (word.n < plain.n && !strchr(" .,;:!-", plain.p[word.n]))
		word.n++;
	if (!word.n || value_yesno(word, &yes, NULL))
		return false;
	f->value = yes == TRI_YES;
	f->whole = only_marks(behind(plain, word.n));
	return f->whole || plain.p[word.n] != ' ';
}

static bool greeting(struct sv plain)
{
	if (plain.n > GREETING_MAX || !phrase_at(&phrases_greetings, plain))
		return false;
	for (size_t i = 0; i < plain.n; i++)
		if (digit(behind(plain, i)))
			return false;
	return true;
}

static bool try_line(struct sv line, struct sv rest, const struct score *want,
		     struct buf *plain, struct found *f)
{
	buf_clear(plain);
	mail_fold(line, plain);
	if (want->kind == SCORE_FCR)
		return yes_or_no(buf_sv(plain), f);
	return said(buf_sv(plain), f) && fits(*f, want) &&
	       !(f->listed && second_of_list(rest));
}

bool reply_score(struct sv text, const struct score *want, int *value, struct sv *rest)
{
	struct sv left = text;
	struct found f = { .value = 0 };
	struct buf plain;
	bool found = false, again = true;

	*rest = text;
	buf_init(&plain, 0);
	while (left.n && again && !found) {
		struct sv line = sv_trim(sv_cut(&left, '\n'));

		if (!line.n)
			continue;
		found = try_line(line, left, want, &plain, &f);
		again = !found && greeting(buf_sv(&plain));
	}
	buf_release(&plain);
	if (!found)
		return false;
	*value = f.value;
	if (f.whole)
		*rest = sv_trim(left);
	return true;
}
