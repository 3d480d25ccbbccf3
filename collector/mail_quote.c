/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_quote.c: see mail_quote.h. "Pisze" and "a scris" are words that customers use as well:
 * an attribution ends with a colon and holds an address or the time of the quoted mail, or the
 * quote follows it.
 */
#include "collector/mail_quote.h"

#include <ctype.h>
#include <string.h>

#include "core/utf8.h"

enum {
	FOLD_MAX = 600, /* bytes of a line that are looked at */
	SPAN_MAX = 4,	/* lines of an attribution */
	BLANKS_MAX = 2, /* empty lines that may stand between */
	BLOCK_MAX = 14, /* lines of a header block */
	BLOCK_LABELS = 3,
	RULE_MIN = 10,
	TRIES_MAX = 8,
	DEVICE_MAX = 100, /* bytes of the line of a telephone */
};

/* ---- folding ----------------------------------------------------------------------------- */

/* Blanks and marks that are not seen: U+00A0, U+00AD, U+2000–U+200F, U+202A–U+202F, U+2060–U+2069, U+FEFF. */
static bool blank_cp(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == 0xa0 || cp == 0xad ||
	       (cp >= 0x2000 && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202f) ||
	       (cp >= 0x2060 && cp <= 0x2069) || cp == 0xfeff;
}

void mail_fold(struct sv line, struct buf *out)
{
	size_t from = out->n, n;
	bool blank = false;

	line = sv_sub(line, 0, FOLD_MAX);
	for (; line.n; line = sv_sub(line, n, line.n)) {
		unsigned char c = (unsigned char)line.p[0];
		uint32_t cp = c;

		n = 1;
		if (c >= 0x80)
			cp = utf8_next(line, &n);
		if (blank_cp(cp)) {
			blank = true;
			continue;
		}
		if (blank && out->n > from)
			buf_char(out, ' ');
		blank = false;
		if (c < 0x80)
			buf_char(out, (char)tolower(c));
		else
			utf8_plain(sv_sub(line, 0, n), out);
	}
}

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80);
}

const struct phrase *phrase_at(const struct phrases *set, struct sv s)
{
	const struct phrase *best = NULL;

	for (size_t i = 0; i < set->count; i++) {
		struct sv text = set->at[i].text;

		if (sv_starts(s, text) && (s.n == text.n || !word_char(s.p[text.n])) &&
		    (!best || best->text.n < text.n))
			best = &set->at[i];
	}
	return best;
}

bool phrase_within(const struct phrases *set, struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((!i || !word_char(s.p[i - 1])) && phrase_at(set, sv_sub(s, i, s.n)))
			return true;
	return false;
}

/* Without the marks of bold and italics around it, and blanks. */
static struct sv bare(struct sv s, const char *marks)
{
	while (s.n && (s.p[0] == ' ' || strchr(marks, s.p[0])))
		s = sv_sub(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == ' ' || strchr(marks, s.p[s.n - 1])))
		s.n--;
	return s;
}

/* ---- attributions ------------------------------------------------------------------------ */

static size_t digits_at(struct sv s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9')
		n++;
	return n;
}

/* What a line says of when and who: 1: a date, 2: a time, 4: an address. */
enum { HAS_DATE = 1, HAS_TIME = 2, HAS_ADDRESS = 4 };

/* What a number of @n digits at @i is, by what is behind it. */
static unsigned number_says(struct sv s, size_t i, size_t n)
{
	char next = i + n < s.n ? s.p[i + n] : 0;
	size_t more = next ? digits_at(s, i + n + 1) : 0;

	if (n == 4)
		return s.p[i] == '1' || s.p[i] == '2' ? HAS_DATE : 0;
	if (n > 2 || !more || more > 2)
		return 0;
	if (next == ':')
		return more == 2 ? HAS_TIME : 0;
	return strchr("./-", next) ? HAS_DATE : 0;
}

static unsigned has(struct sv s)
{
	unsigned what = 0;

	for (size_t i = 0; i < s.n;) {
		size_t n = digits_at(s, i);

		if (n)
			what |= number_says(s, i, n);
		if (s.p[i] == '@' && i && word_char(s.p[i - 1]) && i + 1 < s.n &&
		    word_char(s.p[i + 1]))
			what |= HAS_ADDRESS;
		i += n ? n : 1;
	}
	return what;
}

static bool sure_of(unsigned what)
{
	return (what & HAS_ADDRESS) || (what & HAS_DATE && what & HAS_TIME);
}

/* @s ends with a verb, or has one with a date or an address behind it. */
static bool has_verb(struct sv s)
{
	for (size_t i = 0; i < phrases_verbs.count; i++) {
		struct sv verb = phrases_verbs.at[i].text;

		if (sv_ends(s, verb) && s.n > verb.n && s.p[s.n - verb.n - 1] == ' ')
			return true;
	}
	for (size_t i = 0; i < s.n; i++) {
		const struct phrase *verb;

		if (i && s.p[i - 1] != ' ')
			continue;
		verb = phrase_at(&phrases_dated_verbs, sv_sub(s, i, s.n));
		if (verb && has(sv_sub(s, i + verb->text.n, s.n)))
			return true;
	}
	return false;
}

static bool empty(const struct mail_line *l)
{
	return !l->plain.n;
}

/* Does a quote begin at @i, but for empty lines? */
static bool quote_follows(const struct mail_line *lines, size_t count, size_t i)
{
	size_t blanks = 0;

	while (i < count && empty(&lines[i]) && blanks++ < BLANKS_MAX)
		i++;
	return i < count && lines[i].quoted;
}

static struct sv join(const struct mail_line *lines, size_t n, char *room, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		struct sv s = lines[i].plain;

		if (used + s.n + 1 > size)
			s.n = size - used - 1;
		if (i)
			room[used++] = ' ';
		memcpy(room + used, s.p ? s.p : "", s.n);
		used += s.n;
	}
	return (struct sv){ room, used };
}

/* "În … a scris: 1 2 3": the quote begins in the same line. */
static bool runs_on(struct sv s)
{
	int tries = 0;

	for (size_t i = 1; i < s.n && tries < TRIES_MAX; i++) {
		struct sv head = sv_sub(s, 0, i);

		if (s.p[i] != ':' || digits_at(s, i - 1))
			continue;
		tries++;
		if ((has(head) & HAS_ADDRESS) && has_verb(head))
			return true;
	}
	return false;
}

/* "N <a@b>" and nothing but the verb in the line below. */
static bool verb_alone(const struct mail_line *lines, size_t count, size_t i)
{
	struct sv s = i < count ? bare(lines[i].plain, "*_:") : (struct sv){ NULL, 0 };
	const struct phrase *verb = s.n ? phrase_at(&phrases_verbs, s) : NULL;

	return verb && verb->text.n == s.n;
}

/* How many lines an attribution from @i on may have. */
static size_t span_of(const struct mail_line *lines, size_t count, size_t i)
{
	struct sv first = bare(lines[i].plain, "*_");
	unsigned what = has(first);

	if (what && (phrase_at(&phrases_starts, first) || digits_at(first, 0)))
		return SPAN_MAX;
	return (what & HAS_ADDRESS) && verb_alone(lines, count, i + 1) ? 2 : 1;
}

static size_t attribution(const struct mail_line *lines, size_t count, size_t i)
{
	char room[SPAN_MAX * (FOLD_MAX * 2)];
	size_t most = span_of(lines, count, i);

	for (size_t n = 1; n <= most && i + n <= count; n++) {
		const struct mail_line *last = &lines[i + n - 1];
		struct sv s;

		if (empty(last) || last->quoted)
			return 0;
		s = bare(last->plain, "*_");
		if (!s.n || s.p[s.n - 1] != ':')
			continue;
		s = bare(join(lines + i, n, room, sizeof(room)), "*_:");
		if (has_verb(s) &&
		    (sure_of(has(s)) || quote_follows(lines, count, i + n)))
			return n;
	}
	return most == SPAN_MAX && runs_on(lines[i].plain) ? 1 : 0;
}

/* ---- separators, header blocks ----------------------------------------------------------- */

static size_t dashes(struct sv s)
{
	size_t n = 0;

	while (n < s.n && strchr("-=_", s.p[n]))
		n++;
	return n;
}

static bool rule(struct sv s)
{
	return s.n >= RULE_MIN && s.p[0] == '_' && dashes(s) == s.n;
}

static bool separator(struct sv s)
{
	size_t n = dashes(s);
	struct sv text = bare(s, "-=_*: ");
	const struct phrase *p;

	if (rule(s))
		return true;
	if (s.n && strchr("#-=*[", s.p[0]) && phrase_within(&phrases_above, s))
		return true;
	if (n >= 2 && sure_of(has(text)) && has_verb(text))
		return true; /* "---- On …, N wrote ----" */
	p = phrase_at(&phrases_separators, text);
	if (!p)
		return false;
	return n >= 2 || (p->text.n == text.n && s.p[s.n - 1] == ':');
}

static enum label label_of(struct sv s)
{
	const struct phrase *p;
	struct sv rest;

	s = bare(s, "*_");
	p = phrase_at(&phrases_labels, s);
	if (!p)
		return LABEL_NONE;
	rest = sv_trim(sv_sub(s, p->text.n, s.n));
	while (rest.n && rest.p[0] == '*')
		rest = sv_trim(sv_sub(rest, 1, rest.n));
	return rest.n && rest.p[0] == ':' ? (enum label)p->is : LABEL_NONE;
}

/*
 * Three labels that follow each other, the sender's among them, and an address or a subject:
 * "Od: Warszawa, Do: Kraków, Data: …" is a journey.
 */
static size_t header_lines(const struct mail_line *lines, size_t count, size_t i)
{
	size_t end = i, blanks = 0, loose = 0, kinds = 0;
	unsigned seen = 0;
	bool address = false;

	if (label_of(lines[i].plain) == LABEL_NONE)
		return 0;
	for (size_t k = i; k < count && k < i + BLOCK_MAX && !lines[k].quoted; k++) {
		enum label l = label_of(lines[k].plain);

		if (empty(&lines[k])) {
			if (++blanks > BLANKS_MAX)
				break;
			continue;
		}
		if (l == LABEL_NONE && (blanks || ++loose > 2))
			break;
		if (l == LABEL_NONE)
			continue;
		kinds += !(seen >> l & 1);
		seen |= 1u << l;
		address |= (has(lines[k].plain) & HAS_ADDRESS) != 0;
		blanks = loose = 0;
		end = k + 1;
	}
	if (kinds < BLOCK_LABELS || !(seen >> LABEL_FROM & 1))
		return 0;
	return address || seen >> LABEL_SUBJECT & 1 ? end - i : 0;
}

size_t quote_begins(const struct mail_line *lines, size_t count, size_t i)
{
	size_t n, k;

	n = attribution(lines, count, i);
	if (n)
		return n;
	n = header_lines(lines, count, i);
	if (n || !separator(lines[i].plain))
		return n;
	for (k = i + 1; k < count && empty(&lines[k]) && k <= i + BLANKS_MAX;)
		k++;
	n = k < count ? header_lines(lines, count, k) : 0;
	return n ? k + n - i : 1;
}

/* ---- signatures -------------------------------------------------------------------------- */

bool quote_signature(const struct mail_line *l)
{
	return sv_eq(l->plain, SV("--")) || sv_eq(l->plain, SV("—"));
}

bool quote_device(const struct mail_line *l)
{
	struct sv s = bare(l->plain, "*_-[(<.");
	const struct phrase *p = s.n <= DEVICE_MAX ? phrase_at(&phrases_sent, s) : NULL;

	return p && (phrase_within(&phrases_devices, sv_sub(s, p->text.n, s.n)) ||
		     s.n == p->text.n);
}
