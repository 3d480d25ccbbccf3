/* SPDX-License-Identifier: Apache-2.0 */
/*
 * normalize.c: bytes to folded bytes, once, with the way back.
 *
 * Sixteen ASCII bytes are taken at a time. Everything else is decoded, repaired (a wrong
 * sequence is one U+FFFD for each of its maximal parts) and folded by the table; where the
 * length changes a shift is noted. Diacritics, cedillas, combining marks, invisible characters
 * and wide forms are gone after this step, so no later one has to know of them.
 */
#include <string.h>

#include "analyzer/bytes.h"
#include "analyzer/fold.h"
#include "analyzer/hash.h"
#include "analyzer/scratch.h"
#include "analyzer/utf8_in.h"

enum {
	CP_ZWJ = 0x200D,
	CP_TEXT_STYLE = 0xFE0E,
	CP_EMOJI_STYLE = 0xFE0F,
	CP_KEYCAP = 0x20E3,
	CP_SKIN_FIRST = 0x1F3FB,
	CP_SKIN_LAST = 0x1F3FF,
	CP_FLAG_FIRST = 0x1F1E6,
	CP_FLAG_LAST = 0x1F1FF,
};

/* The last bytes of a text, fewer than 16: nobody reads behind them. */
static inline uint32_t lower_rest(const char *in, size_t n, char *to)
{
	char rest[16] = { 0 };

	memcpy(rest, in, n);
	return lower16(rest, to);
}

static bool is_picture(const struct table *t, uint32_t cp)
{
	return fold_kind(fold_of(t, cp)) == FOLD_PICTURE;
}

static void emoji_put(struct opinia_scratch *s, struct sv bytes)
{
	memcpy(s->folded + s->emoji_fill, bytes.p, bytes.n);
	s->emoji_fill += (uint32_t)bytes.n;
}

/*
 * A whole emoji from @at: pictures joined by ZWJ, pairs of flag letters; styles, skin tones
 * and key caps belong to it and are forgotten. Returns the position behind it.
 */
static size_t take_emoji(struct opinia_scratch *s, size_t at, struct utf8_in c)
{
	struct emoji *e = &s->emoji[s->emoji_count++];
	bool flag = c.cp >= CP_FLAG_FIRST && c.cp <= CP_FLAG_LAST;

	*e = (struct emoji){ .at = s->emoji_fill, .start = (uint32_t)at };
	emoji_put(s, sv_sub(s->text, at, c.bytes));
	e->first = (uint16_t)c.bytes;
	at += c.bytes;
	while (at < s->text.n) {
		struct utf8_in next = utf8_in(s->text.p + at, s->text.n - at);
		size_t behind = at + next.bytes;

		if (next.cp == CP_EMOJI_STYLE || next.cp == CP_TEXT_STYLE ||
		    next.cp == CP_KEYCAP ||
		    (next.cp >= CP_SKIN_FIRST && next.cp <= CP_SKIN_LAST)) {
			at = behind;
		} else if (flag && next.cp >= CP_FLAG_FIRST && next.cp <= CP_FLAG_LAST) {
			emoji_put(s, sv_sub(s->text, at, next.bytes));
			at = behind;
			flag = false;
		} else if (next.cp == CP_ZWJ && behind < s->text.n && e->length < 64) {
			struct utf8_in joined =
				utf8_in(s->text.p + behind, s->text.n - behind);

			if (!is_picture(s->t, joined.cp))
				break;
			emoji_put(s, sv_sub(s->text, at, next.bytes + joined.bytes));
			at = behind + joined.bytes;
		} else {
			break;
		}
		e->length = (uint16_t)(s->emoji_fill - e->at);
	}
	e->length = (uint16_t)(s->emoji_fill - e->at);
	e->end = (uint32_t)at;
	memset(s->folded + s->emoji_fill, 0, HASH_PAD);
	s->emoji_fill += HASH_PAD;
	return at;
}

/* One code point that is not ASCII, from @at to @to. Returns the position behind it. */
static size_t take_one(struct opinia_scratch *s, size_t at, char **to)
{
	struct utf8_in c = utf8_in(s->text.p + at, s->text.n - at);
	uint32_t e = fold_of(s->t, c.cp);
	uint32_t n = fold_length(e), bytes;

	switch (fold_kind(e)) {
	case FOLD_SAME:
		memcpy(*to, s->text.p + at, c.bytes);
		*to += c.bytes;
		return at + c.bytes;
	case FOLD_BYTES:
		bytes = e >> 8;
		memcpy(*to, &bytes, 3);
		break;
	case FOLD_POOL:
		memcpy(*to, s->t->fold_pool + (e >> 8), FOLD_BYTES_MAX);
		break;
	default:
		**to = FOLD_EMOJI;
		*to += 1;
		return take_emoji(s, at, c);
	}
	if (e & FOLD_DIACRITIC)
		s->diacritics = true;
	*to += n;
	return at + c.bytes;
}

void normalize(struct opinia_scratch *s, struct sv text)
{
	const char *in = text.p;
	char *to = s->folded;
	size_t at = 0;
	uint32_t back = 0;

	s->text = text;
	s->shift_count = s->emoji_count = 0;
	s->emoji_fill = s->emoji_from;
	s->diacritics = false;
	while (at < text.n) {
		size_t left = text.n - at;
		uint32_t high =
			left >= 16 ? lower16(in + at, to) : lower_rest(in + at, left, to);
		size_t plain = high ? (size_t)__builtin_ctz(high) : left < 16 ? left : 16;

		at += plain;
		to += plain;
		if (!high)
			continue;
		at = take_one(s, at, &to);
		if ((uint32_t)at - (uint32_t)(to - s->folded) != back) {
			back = (uint32_t)at - (uint32_t)(to - s->folded);
			s->shifts[s->shift_count++] =
				(struct shift){ (uint32_t)(to - s->folded), back };
		}
	}
	s->folded_count = (uint32_t)(to - s->folded);
	memset(to, 0, SCRATCH_PAD);
}
