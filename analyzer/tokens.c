/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tokens.c: words, numbers, emoji and emoticons, and where clauses and sentences begin.
 *
 * Sixty-four bytes become one word of bits "letter or digit"; its edges are the words. What
 * lies between two words is nearly always one blank; only where it is not, somebody looks
 * at it byte by byte. Hyphens and apostrophes split words without ending anything.
 */
#include <string.h>

#include "analyzer/bytes.h"
#include "analyzer/fold.h"
#include "analyzer/hash.h"
#include "analyzer/scratch.h"

enum { SHORT = MEMO_LETTERS };

struct splitter {
	struct opinia_scratch *s;
	const char *folded;
	struct token *next;	   /* where the next one goes */
	uint32_t *border;	   /* and the next of s->borders */
	const struct shift *shift; /* the next of s->shifts */
	uint32_t shift_at;	   /* where that one begins, UINT32_MAX: there is none */
	uint32_t back;
	uint32_t gap;	/* where the last word or emoticon ended */
	uint32_t emoji; /* the next of s->emoji */
	uint32_t words;
	uint32_t word;	  /* where one began that fills 64 bytes and goes on, */
	bool open;	  /* if there is one */
	uint8_t pending;  /* TOKEN_CLAUSE, TOKEN_SENTENCE of the next token */
	uint64_t triples; /* any so far? */
};

static inline uint32_t next_shift(const struct splitter *x)
{
	const struct opinia_scratch *s = x->s;

	return x->shift < s->shifts + s->shift_count ? x->shift->at : UINT32_MAX;
}

/* Folded position to position in the text. Positions only grow. */
static inline uint32_t original(struct splitter *x, uint32_t at)
{
	while (x->shift_at <= at) {
		x->back = x->shift++->back;
		x->shift_at = next_shift(x);
	}
	return at + x->back;
}

/* Places, flags and borders of the next token @k. */
static inline void add_place(struct splitter *x, struct token *k, uint32_t at,
			     uint32_t end)
{
	k->flags = x->pending;
	if (x->pending) {
		if (x->pending & (TOKEN_CLAUSE | TOKEN_SENTENCE))
			*x->border++ = (uint32_t)(k - x->s->tokens);
		x->pending = 0;
	}
	x->next = k + 1;
	k->start = at + x->back;
	k->end = end + x->back;
	if (end >= x->shift_at) {
		k->start = original(x, at);
		k->end = original(x, end);
	}
}

static void add_span(struct splitter *x, enum token_kind kind, uint32_t at, uint32_t end)
{
	struct token *k = x->next;

	k->at = at;
	k->length = end - at > WORD_MAX ? 0xffff : (uint16_t)(end - at);
	k->kind = (uint8_t)kind;
	add_place(x, k, at, end);
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * A short word will be asked for by its letters: memory may fetch its place until lookup() does so,
 * which finds the number of the place here.
 */
static inline void announce(const struct memo *memo, struct token *k, const char *p,
			    uint32_t n)
{
	uint64_t first = hash_load(p) & hash_masks[n].first;
	uint64_t second = hash_load(p + 8) & hash_masks[n].second;

	k->sense.keys = (uint32_t)(hash_letters(first, second) >> (64 - MEMO_BITS));
	__builtin_prefetch(memo + k->sense.keys);
}

/* Three equal letters in a row; most texts have none at all. */
static bool is_drawn_out(const char *p, uint32_t at, uint32_t end)
{
	for (uint32_t i = at; i + 2 < end; i++)
		if (p[i] == p[i + 1] && p[i] == p[i + 2] && !is_digit(p[i]))
			return true;
	return false;
}

/* A run that begins with a digit: `24h` is a number and its unit. Returns where that begins. */
static uint32_t add_number(struct splitter *x, uint32_t at, uint32_t end)
{
	const char *p = x->s->folded;
	uint32_t i = at;

	while (i < end && is_digit(p[i]))
		i++;
	add_span(x, TOKEN_NUMBER, at, i);
	return i;
}

static inline void add_word(struct splitter *x, uint32_t at, uint32_t end)
{
	const char *p = x->s->folded;

	x->words++;
	if (is_digit(p[at])) {
		at = add_number(x, at, end);
		if (at == end)
			return;
	}
	if (x->triples && is_drawn_out(p, at, end))
		x->pending |= TOKEN_LONG;
	add_span(x, TOKEN_WORD, at, end);
}

static void add_emoji(struct splitter *x)
{
	const struct emoji *e = &x->s->emoji[x->emoji++];
	struct token *k = x->next++;

	/* what it begins waits: an emoji behind a full stop belongs to what it ends */
	k->flags = 0;
	if (k == x->s->tokens)
		x->pending = 0;
	k->at = e->at;
	k->length = e->length > WORD_MAX ? 0xffff : e->length;
	k->kind = TOKEN_EMOJI;
	k->start = e->start;
	k->end = e->end;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c);
}

/*
 * The longest emoticon at @at, or 0. It may touch a word only if no letter, digit or slash
 * of its own does: `super:)` is one, `https://`, `10:30` and `de:curier` are none.
 */
static uint32_t emoticon(const struct opinia_scratch *s, uint32_t at)
{
	const char *p = s->folded + at;
	uint32_t left = s->folded_count - at;
	bool touches = at > 0 && is_plain(p[-1]);

	for (uint32_t n = left < EMOTICON_MAX ? left : EMOTICON_MAX; n > 1; n--) {
		char last = p[n - 1], next = n < left ? p[n] : ' ';
		bool loose = !is_plain(next) && next != '/';

		if (table_find(s->t, hash_word(p, n, HASH_WORD)) == UINT32_MAX)
			continue;
		if (!touches && loose)
			return n;
		if ((last == ')' || last == '(') && next != '/')
			return n;
	}
	return 0;
}

/* A dash ends a clause only between blanks: `mi-a`, but `bun - dar scump`. */
static bool is_dash(const struct opinia_scratch *s, uint32_t at)
{
	const char *p = s->folded + at;

	return at > 0 && p[-1] == ' ' && (p[1] == ' ' || p[1] == '-');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* A dot behind one letter that another follows, or came before: `o.k.`, `s.r.l.` */
static bool in_abbreviation(const struct opinia_scratch *s, uint32_t at)
{
	const char *p = s->folded + at;

	if (at < 1 || !is_letter(p[-1]) ||
	    (at > 1 && (is_plain(p[-2]) || is_letter(p[-2]))))
		return false;
	return (is_letter(p[1]) && !is_letter(p[2]) && !is_digit(p[2])) ||
	       (at > 2 && p[-2] == '.' && is_letter(p[-3]));
}

/* What a mark begins, and on which condition. */
enum {
	MARK_CLAUSE = TOKEN_CLAUSE,
	MARK_SENTENCE = TOKEN_SENTENCE | TOKEN_CLAUSE,
	MARK_BEGINS = MARK_SENTENCE,
	MARK_UNLESS_NUMBER = 4, /* 3,5; 10:30 */
	MARK_IF_DASH = 8,
	MARK_AT = 16,
	MARK_PICTURE = 32,
};

static const uint8_t marks[256] = {
	['.'] = MARK_SENTENCE | MARK_UNLESS_NUMBER,
	[','] = MARK_CLAUSE | MARK_UNLESS_NUMBER,
	[':'] = MARK_CLAUSE | MARK_UNLESS_NUMBER,
	['!'] = MARK_SENTENCE,
	['?'] = MARK_SENTENCE,
	['\n'] = MARK_SENTENCE,
	['\r'] = MARK_SENTENCE,
	[';'] = MARK_CLAUSE,
	['('] = MARK_CLAUSE,
	[')'] = MARK_CLAUSE,
	['['] = MARK_CLAUSE,
	[']'] = MARK_CLAUSE,
	['-'] = MARK_CLAUSE | MARK_IF_DASH,
	['@'] = MARK_AT,
	[(unsigned char) FOLD_EMOJI] = MARK_PICTURE,
};

static inline void take_mark(struct splitter *x, uint32_t at, unsigned mark)
{
	const char *p = x->s->folded + at;

	x->s->at_signs += (mark & MARK_AT) != 0;
	if (mark & MARK_UNLESS_NUMBER && at > 0 && is_digit(p[-1]) && is_digit(p[1]))
		return;
	if (*p == '.' && in_abbreviation(x->s, at))
		return;
	if (mark & MARK_IF_DASH && !is_dash(x->s, at))
		return;
	x->pending |= (uint8_t)(mark & MARK_BEGINS);
}

static void take_emoticon(struct splitter *x, uint32_t n, uint32_t end)
{
	const char *p = x->s->folded;
	uint8_t pending = x->next > x->s->tokens ? x->pending : 0;

	x->pending = 0;
	add_span(x, TOKEN_EMOTICON, x->gap, x->gap + n);
	x->pending = pending;
	x->gap += n;
	while (x->gap < end && p[x->gap] == p[x->gap - 1])
		x->gap++; /* :))) */
}

/* What lies before @end, from x->gap on; afterwards x->gap is behind all of it. */
static void take_gap(struct splitter *x, uint32_t end)
{
	const struct opinia_scratch *s = x->s;

	while (x->gap < end) {
		unsigned char c = (unsigned char)s->folded[x->gap];
		unsigned mark = marks[c];
		uint32_t n;

		if (mark & MARK_PICTURE && x->emoji < s->emoji_count) {
			add_emoji(x);
			x->gap++;
			continue;
		}
		n = s->t->emoticon[c] ? emoticon(s, x->gap) : 0;
		if (n) {
			take_emoticon(x, n, end);
			continue;
		}
		if (mark)
			take_mark(x, x->gap, mark);
		x->gap++;
	}
}

/*
 * What comes before a word, and the word itself where it is out of the ordinary: it begins with a
 * digit, is drawn out or long. True: it is still to be added.
 */
static bool take_before(struct splitter *x, uint32_t at, uint32_t end)
{
	take_gap(x, at);
	if (x->gap >= end)
		return false;
	if (x->gap <= at + 1) { /* else an emoticon has eaten it: `:D` */
		if (end - at <= SHORT && !is_digit(x->folded[at]) &&
		    !(x->triples && is_drawn_out(x->folded, at, end)))
			return true;
		add_word(x, at, end);
	}
	x->gap = end;
	return false;
}

/* A word that may be out of the ordinary. */
static __attribute__((noinline)) void take_word(struct splitter *x, uint32_t at,
						uint32_t end)
{
	struct token *k;

	if (!take_before(x, at, end))
		return;
	k = x->next;
	k->at = at;
	k->length = (uint16_t)(end - at);
	k->kind = TOKEN_WORD;
	x->words++;
	x->gap = end;
	add_place(x, k, at, end);
	k->flags |= TOKEN_SHORT;
	announce(x->s->memo, k, x->folded + at, end - at);
}

/*
 * What the one sign at @at begins, behind which stands a blank; -1: that is to be looked at with
 * more care.
 */
static inline int begun_by(const struct splitter *x, uint32_t at)
{
	unsigned char c = (unsigned char)x->folded[at];
	unsigned mark = marks[c];

	if (mark & (MARK_IF_DASH | MARK_AT | MARK_PICTURE) || x->s->t->emoticon[c] ||
	    (c == '.' && in_abbreviation(x->s, at)))
		return -1;
	return (int)(mark & MARK_BEGINS);
}

/*
 * The words of 64 bytes from @base on that begin at the bits of @starts and end at those of @ends.
 * @ready: those behind a blank that no digit begins. Nearly all of them are, and short, and stand
 * right behind another word or one sign.
 */
static void take_words(struct splitter *x, uint32_t base, uint64_t starts, uint64_t ends,
		       uint64_t ready)
{
	struct token *k = x->next;
	const char *folded = x->folded;
	const struct memo *memo = x->s->memo;
	uint32_t gap = x->gap, back = x->back, border = x->shift_at, words = 0;
	bool pending = x->pending;

	for (; ends; ends &= ends - 1, starts &= starts - 1) {
		uint32_t first = (uint32_t)__builtin_ctzll(starts), at = base + first;
		uint32_t end = base + (uint32_t)__builtin_ctzll(ends), n = end - at;
		int begun = 0;

		if (!(ready >> first & 1) || n > SHORT || pending || at - gap - 1 > 1)
			begun = -1;
		else if (at != gap + 1)
			begun = begun_by(x, gap);
		if (begun < 0) {
			x->next = k;
			x->gap = gap;
			take_word(x, at, end);
			k = x->next;
			gap = x->gap;
			back = x->back;
			border = x->shift_at;
			pending = x->pending; /* by an emoticon that was a word */
			continue;
		}
		if (begun)
			*x->border++ = (uint32_t)(k - x->s->tokens);
		k->at = at;
		k->start = at + back;
		k->end = end + back;
		if (end >= border) {
			k->start = original(x, at);
			k->end = original(x, end);
			back = x->back;
			border = x->shift_at;
		}
		k->length = (uint16_t)n;
		k->kind = TOKEN_WORD;
		k->flags = (uint8_t)(TOKEN_SHORT | begun);
		announce(memo, k, folded + at, n);
		k++;
		gap = end;
		words++;
	}
	x->words += words;
	x->next = k;
	x->gap = gap;
}

/*
 * 64 bytes from @base on; a word that goes on behind them is left to the next ones, which begin
 * with it, unless it fills them all. Returns where those begin.
 */
static uint32_t take_block(struct splitter *x, uint32_t base)
{
	struct masks m = masks_of(x->folded + base);
	uint64_t before = m.word << 1 | x->open;
	uint64_t starts = m.word & ~before, ends = before & ~m.word;
	uint64_t blank = base && x->folded[base - 1] == ' ', ready;
	uint32_t next = 64;

	x->triples |= m.triple;
	ready = x->triples ? 0 : ~m.digit & (m.blank << 1 | blank);
	if (x->open && ends) {
		take_word(x, x->word, base + (uint32_t)__builtin_ctzll(ends));
		ends &= ends - 1;
		x->open = false;
	}
	if (m.word >> 63 && starts) {
		next = 63 - (uint32_t)__builtin_clzll(starts);
		x->word = base + next;
		x->open = !next;
		next = next ? next : 64;
	}
	if (m.digit)
		x->s->digit_count += (uint32_t)__builtin_popcountll(
			m.digit & UINT64_MAX >> (64 - next));
	take_words(x, base, starts, ends, ready);
	return base + next;
}

void tokens_split(struct opinia_scratch *s)
{
	struct splitter x = { .s = s,
			      .folded = s->folded,
			      .next = s->tokens,
			      .border = s->borders,
			      .pending = TOKEN_CLAUSE | TOKEN_SENTENCE };

	x.shift = s->shifts;
	x.shift_at = next_shift(&x);
	s->digit_count = s->at_signs = 0;
	for (uint32_t at = 0; at <= s->folded_count;)
		at = take_block(&x, at);
	take_gap(&x, s->folded_count);
	s->token_count = (uint32_t)(x.next - s->tokens);
	s->border_count = (uint32_t)(x.border - s->borders);
	s->word_count = x.words;
}
