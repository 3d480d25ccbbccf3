/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pii.c: where in a text somebody can be recognised.
 *
 * PCRE2 finds what has the shape (under a match limit: the text is foreign); C decides by
 * length, grouping and checksum (pii_check.c) what it is. Of overlapping finds the more
 * specific wins: an e-mail before an account, an account before a card, a card before
 * a personal number, all before a telephone.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "analyzer/pii.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	MATCH_LIMIT = 100000,
	DEPTH_LIMIT = 10000,
	HEAP_LIMIT_KIB = 4096,
	GROUPS_MAX = 16, /* blocks of digits in one number */
	DIGITS_MAX = 34,
	PII_MAX = 1000,	  /* a text of more is redacted that far */
	LABEL_REACH = 16, /* bytes before a number in which `CUI` explains it */
};

enum shape { SHAPE_EMAIL, SHAPE_IBAN, SHAPE_NUMBER, SHAPES };

static const char *const shapes[SHAPES] = {
	[SHAPE_EMAIL] = "(?<![A-Za-z0-9._%+@-])[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@"
			"(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24}",
	[SHAPE_IBAN] =
		"(?<![A-Za-z0-9])[A-Za-z]{2}[ ]?[0-9]{2}(?:[ -]?[A-Za-z0-9]{2,4}){3,8}",
	[SHAPE_NUMBER] = "(?<![A-Za-z0-9_])(?:[Rr][Oo][ ]?)?\\+?\\(?[0-9]"
			 "(?:[ .\\-/()]{0,2}[0-9]){1,40}(?![A-Za-z0-9_])",
};

static pcre2_code *codes[SHAPES];
static pcre2_match_context *limits;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void compile(void)
{
	limits = pcre2_match_context_create(NULL);
	if (limits) { /* the last two hold where there is no JIT */
		pcre2_set_match_limit(limits, MATCH_LIMIT);
		pcre2_set_depth_limit(limits, DEPTH_LIMIT);
		pcre2_set_heap_limit(limits, HEAP_LIMIT_KIB);
	}
	for (int i = 0; i < SHAPES; i++) {
		size_t at;
		int code;

		codes[i] = pcre2_compile((PCRE2_SPTR)shapes[i], PCRE2_ZERO_TERMINATED,
					 PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
		if (codes[i])
			pcre2_jit_compile(codes[i],
					  PCRE2_JIT_COMPLETE); /* else interpreted */
	}
}

int pii_prepare(struct err *err)
{
	pthread_once(&once, compile);
	for (int i = 0; i < SHAPES; i++)
		if (!codes[i] || !limits)
			return err_set(err, ERR_SYSTEM, "out of memory for the patterns");
	return 0;
}

void *pii_match_new(void)
{
	return pcre2_match_data_create(2, NULL);
}

void pii_match_free(void *match)
{
	pcre2_match_data_free(match);
}

/* Keeps the list sorted and free of overlaps; what was found before is more specific. */
static bool add(struct opinia_scratch *s, enum pii_kind kind, size_t start, size_t end)
{
	uint32_t at = s->pii_count;

	if (s->pii_count == PII_MAX)
		return true;
	if (s->pii_count == s->pii_room) {
		uint32_t room = s->pii_room ? 2 * s->pii_room : 16;
		struct pii *p = realloc(s->pii, room * sizeof(*p));

		if (!p)
			return false;
		s->pii = p;
		s->pii_room = room;
	}
	for (uint32_t i = 0; i < s->pii_count; i++)
		if (start < s->pii[i].span.end && end > s->pii[i].span.start)
			return true;
	for (; at > 0 && s->pii[at - 1].span.start > start; at--)
		s->pii[at] = s->pii[at - 1];
	s->pii[at] = (struct pii){ (uint8_t)kind, { (uint32_t)start, (uint32_t)end } };
	s->pii_count++;
	return true;
}

/* The longest head of @at that is an account; shorter heads end where a block ends. */
static bool take_iban(struct opinia_scratch *s, struct sv text, size_t start, size_t end)
{
	char plain[DIGITS_MAX + 1];
	size_t n = 0, best = 0;

	for (size_t i = start; i < end && n < DIGITS_MAX; i++) {
		char c = text.p[i];
		bool last = i + 1 == text.n || text.p[i + 1] == ' ' ||
			    text.p[i + 1] == '-' || i + 1 == end;

		if (c == ' ' || c == '-')
			continue;
		plain[n++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
		if (last && pii_is_iban(plain, n))
			best = i + 1;
	}
	return !best || add(s, PII_IBAN, start, best);
}

/* A number as it is written: its digits and the blocks they stand in. */
struct number {
	struct sv text;
	size_t start[GROUPS_MAX], end[GROUPS_MAX]; /* of each block */
	size_t groups;
	bool plus, ro;
};

static void split(struct number *x, struct sv text, size_t start, size_t end)
{
	*x = (struct number){ .text = text };
	if ((text.p[start] | 32) == 'r') {
		x->ro = true;
		start += 2;
	}
	for (size_t i = start; i < end; i++) {
		char c = text.p[i];

		x->plus |= c == '+';
		if (c < '0' || c > '9')
			continue;
		if (!x->groups || x->end[x->groups - 1] != i) {
			if (x->groups == GROUPS_MAX)
				return;
			x->start[x->groups++] = i;
		}
		x->end[x->groups - 1] = i + 1;
	}
}

static size_t length(const struct number *x, size_t group)
{
	return x->end[group] - x->start[group];
}

/* Do the blocks from @from have exactly these lengths? "3322" */
static bool grouped(const struct number *x, size_t from, size_t to, const char *lengths)
{
	for (; *lengths && from < to; lengths++, from++)
		if (length(x, from) != (size_t)(*lengths - '0'))
			return false;
	return !*lengths && from == to;
}

static bool polish_phone(const struct number *x, size_t from, size_t to,
			 const char *digits, enum pii_context said)
{
	static const char mobile[] = "45 50 51 53 57 60 66 69 72 73 78 79 88";
	char head[3] = { digits[0], digits[1], 0 };

	if (from + 1 == to)
		return said == PII_SAYS_PHONE || strstr(mobile, head) != NULL;
	return grouped(x, from, to, "333") || grouped(x, from, to, "2322") ||
	       (grouped(x, from, to, "27") && x->text.p[x->end[from]] != '.');
}

static enum pii_context says(const struct number *x, size_t from)
{
	return pii_context(x->text, x->start[from]);
}

/* The words around are asked last: most numbers have not even the shape. */
static bool is_phone(const struct number *x, size_t from, size_t to, const char *d,
		     size_t n)
{
	bool plus = x->plus && from == 0;
	enum pii_context said;

	if (!pii_is_phone(d, n, plus))
		return false;
	if (plus)
		return true;
	said = says(x, from);
	if (said == PII_SAYS_THING ||
	    (said != PII_SAYS_PHONE &&
	     (pii_counts(x->text, x->end[to - 1]) ||
	      pii_is_part(x->text, x->start[from], x->end[to - 1]))))
		return false;
	return n == 9 ? polish_phone(x, from, to, d, said)
		      : length(x, from) >= 2 + (n == 10);
}

static bool labelled(const struct number *x, size_t from)
{
	static const char *const labels[] = { "c.u.i", "cod fiscal" };
	size_t at = x->start[from], reach = at < LABEL_REACH ? at : LABEL_REACH;

	for (size_t back = 1; back <= reach; back++)
		for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
			struct sv label = sv_of(labels[i]);

			if (label.n <= back &&
			    sv_ieq(sv_sub(x->text, at - back, label.n), label))
				return true;
		}
	return x->ro || says(x, from) == PII_SAYS_FIRM;
}

/* The digits of the blocks @from..@to; 0: too many. */
static size_t join(const struct number *x, size_t from, size_t to, char *digits)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		if (n + length(x, i) > DIGITS_MAX)
			return 0;
		memcpy(digits + n, x->text.p + x->start[i], length(x, i));
		n += length(x, i);
	}
	return n;
}

/* Numbers of persons and firms, written in one block or in the usual ones. */
static enum pii_kind registered(const struct number *x, size_t from, size_t to,
				const char *d, size_t n)
{
	bool one = from + 1 == to;

	if (one && pii_is_cnp(d, n))
		return PII_CNP;
	if ((one || grouped(x, from, to, "65")) && pii_is_pesel(d, n))
		return PII_PESEL;
	if (is_phone(x, from, to, d, n))
		return PII_PHONE;
	if ((one || grouped(x, from, to, "3322") || grouped(x, from, to, "3223")) &&
	    pii_is_nip(d, n) && says(x, from) != PII_SAYS_THING)
		return PII_NIP;
	return one && pii_is_cui(d, n) && labelled(x, from) ? PII_CUI : PII_KINDS;
}

static bool card_blocks(const struct number *x, size_t from, size_t to)
{
	return from + 1 == to || grouped(x, from, to, "4444") ||
	       grouped(x, from, to, "465") || grouped(x, from, to, "44443");
}

/* What the blocks @from..@to are together; PII_KINDS: nothing. */
static enum pii_kind kind_of(const struct number *x, size_t from, size_t to)
{
	char d[DIGITS_MAX + 4] = "PL";
	size_t n = join(x, from, to, d + 2);

	if (!n)
		return PII_KINDS;
	if (n == 26 && pii_is_iban(d, 28))
		return PII_IBAN;
	if (card_blocks(x, from, to) && pii_is_card(d + 2, n) &&
	    says(x, from) != PII_SAYS_THING)
		return PII_CARD;
	return registered(x, from, to, d + 2, n);
}

/* Where a number begins that consists of the blocks from the first: its plus, its bracket. */
static size_t first_sign(const struct number *x, size_t start, size_t end,
			 enum pii_kind kind)
{
	bool bracket =
		x->text.p[start] == '(' && memchr(x->text.p + start, ')', end - start);

	return x->plus || bracket || (x->ro && kind == PII_CUI) ? start : x->start[0];
}

static bool take_number(struct opinia_scratch *s, struct sv text, size_t start,
			size_t end)
{
	struct number x;
	size_t from = 0;

	split(&x, text, start, end);
	while (from < x.groups) {
		enum pii_kind kind = PII_KINDS;
		size_t to = x.groups, at = x.start[from];

		while (to > from && (kind = kind_of(&x, from, to)) == PII_KINDS)
			to--;
		if (to == from) {
			from++;
			continue;
		}
		if (from == 0)
			at = first_sign(&x, start, x.end[to - 1], kind);
		if (!add(s, kind, at, x.end[to - 1]))
			return false;
		from = to;
	}
	return true;
}

static bool take(struct opinia_scratch *s, enum shape shape, struct sv text, size_t a,
		 size_t z)
{
	if (shape == SHAPE_EMAIL)
		return add(s, PII_EMAIL, a, z);
	return shape == SHAPE_IBAN ? take_iban(s, text, a, z)
				   : take_number(s, text, a, z);
}

static bool scan(struct opinia_scratch *s, enum shape shape, struct sv text)
{
	size_t at = 0;

	while (at < text.n) {
		int rc = pcre2_match(codes[shape], (PCRE2_SPTR)text.p, text.n, at,
				     PCRE2_NO_UTF_CHECK, s->match, limits);
		const size_t *where = pcre2_get_ovector_pointer(s->match);

		if (rc < 0)
			return true;
		if (!take(s, shape, text, where[0], where[1]))
			return false;
		at = shape == SHAPE_IBAN ? where[0] + 1 : where[1];
	}
	return true;
}

static bool enough_digits(struct sv text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] >= '0' && text.p[i] <= '9';
	return n >= PII_DIGITS_MIN;
}

int opinia_pii_find(struct opinia_scratch *s, struct sv text, struct arena *arena,
		    struct pii **out, uint16_t *count, struct err *err)
{
	*out = NULL;
	*count = 0;
	s->pii_count = 0;
	if (!text.n)
		return 0;
	if (memchr(text.p, '@', text.n) && !scan(s, SHAPE_EMAIL, text))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (enough_digits(text) &&
	    (!scan(s, SHAPE_IBAN, text) || !scan(s, SHAPE_NUMBER, text)))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!s->pii_count)
		return 0;
	*out = arena_take(arena, s->pii_count * sizeof(**out));
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory for a verdict");
	memcpy(*out, s->pii, s->pii_count * sizeof(**out));
	*count = (uint16_t)s->pii_count;
	return 0;
}
