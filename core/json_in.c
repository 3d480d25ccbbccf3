/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_in.c: see json_in.h. A state ("what may come next") and a bit a level instead of
 * recursion, so hostile depth costs nothing; strings are looked through 16 bytes at a time.
 */
#include "core/json_in.h"

#include "core/percent.h"
#include "core/utf8.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	EXPECT_VALUE,
	EXPECT_VALUE_OR_END,
	EXPECT_KEY,
	EXPECT_KEY_OR_END,
	EXPECT_MORE,
	FAILED
};

void json_begin(struct json_in *j, struct sv document)
{
	const char *p = document.p ? document.p : "";

	*j = (struct json_in){ .start = p, .p = p, .end = p + document.n };
}

static enum json_event fail(struct json_in *j, const char *problem)
{
	j->problem = problem;
	j->expect = FAILED;
	return JSON_ERROR;
}

int json_why(const struct json_in *j, struct err *err)
{
	return err_set(err, ERR_INPUT, "byte %zu: %s", (size_t)(j->p - j->start) + 1,
		       j->problem ? j->problem : "no problem");
}

/* The bytes of the UTF-8 sequence at @p, or 0 if it is none. */
static size_t utf8_step(const char *p, const char *end)
{
	size_t n;

	return utf8_next((struct sv){ p, (size_t)(end - p) }, &n) == 0xfffd && n == 1 ? 0
										      : n;
}

static inline void skip_blanks(struct json_in *j)
{
	while (j->p < j->end &&
	       (*j->p == ' ' || *j->p == '\n' || *j->p == '\r' || *j->p == '\t'))
		j->p++;
}

/* The next byte from @p on that ends a string or needs a look: `"`, `\`, control, not ASCII. */
static inline const char *plain_run(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i blank = _mm_set1_epi8(' ');

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const void *)p);
		__m128i m =
			_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
		/* signed: bytes of 0x80 and more are below the blank, too */
		int bits = _mm_movemask_epi8(_mm_or_si128(m, _mm_cmplt_epi8(v, blank)));

		if (bits)
			return p + __builtin_ctz((unsigned)bits);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20 &&
	       (unsigned char)*p < 0x80)
		p++;
	return p;
}

/* The four hexadecimal digits at @p, or -1. */
static int32_t hex4(const char *p, const char *end)
{
	int32_t v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

/* The code point of the \u escape whose digits begin at @p; *n: bytes used. -1: none. */
static int32_t escaped_point(const char *p, const char *end, size_t *n)
{
	int32_t high = hex4(p, end), low;

	*n = 4;
	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || end - p < 10 || p[4] != '\\' || p[5] != 'u')
		return -1;
	low = hex4(p + 6, end);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	*n = 10;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* The length of the escape at @p (a backslash), or 0. */
static size_t escape_step(const char *p, const char *end)
{
	size_t n;

	if (end - p < 2)
		return 0;
	if (p[1] != 'u')
		return p[1] && strchr("\"\\/bfnrt", p[1]) ? 2 : 0;
	return escaped_point(p + 2, end, &n) < 0 ? 0 : 2 + n;
}

/* j->p is behind the opening quote; afterwards behind the closing one. */
static bool read_string(struct json_in *j)
{
	const char *begin = j->p;

	j->escaped = false;
	for (;;) {
		const char *p = plain_run(j->p, j->end);
		size_t step;

		j->p = p;
		if (p == j->end)
			return fail(j, "a string without its closing quote"), false;
		if (*p == '"')
			break;
		if ((unsigned char)*p < 0x20)
			return fail(j, "a control character in a string"), false;
		step = *p == '\\' ? escape_step(p, j->end) : utf8_step(p, j->end);
		if (!step)
			return fail(j, *p == '\\' ? "no such escape" : "not UTF-8"),
			       false;
		j->escaped |= *p == '\\';
		j->p = p + step;
	}
	j->text = (struct sv){ begin, (size_t)(j->p - begin) };
	if (j->text.n > JSON_STRING_MAX)
		return fail(j, "a string over the ceiling"), false;
	j->p++;
	return true;
}

static const char *digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static enum json_event read_number(struct json_in *j)
{
	const char *p = j->p, *end = j->end, *q;

	p += p < end && *p == '-';
	q = digits(p, end);
	if (q == p || (*p == '0' && q > p + 1))
		return fail(j, "no JSON value");
	p = q;
	if (p < end && *p == '.') {
		q = digits(p + 1, end);
		if (q == p + 1)
			return fail(j, "no digit behind the point");
		p = q;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		q = digits(p, end);
		if (q == p)
			return fail(j, "no digit in the exponent");
		p = q;
	}
	j->text = (struct sv){ j->p, (size_t)(p - j->p) };
	if (j->text.n > JSON_NUMBER_MAX)
		return fail(j, "a number over the ceiling");
	j->p = p;
	j->expect = EXPECT_MORE;
	return JSON_NUMBER;
}

static enum json_event read_word(struct json_in *j, struct sv word, enum json_event e)
{
	if ((size_t)(j->end - j->p) < word.n || memcmp(j->p, word.p, word.n) != 0)
		return fail(j, "no JSON value");
	j->p += word.n;
	j->expect = EXPECT_MORE;
	return e;
}

static enum json_event open_level(struct json_in *j, bool object)
{
	uint64_t bit = UINT64_C(1) << (j->depth & 63);

	if (j->depth == JSON_DEPTH_MAX)
		return fail(j, "nested too deeply");
	j->objects = object ? j->objects | bit : j->objects & ~bit;
	j->depth++;
	j->p++;
	j->expect = object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
	return object ? JSON_OBJECT : JSON_ARRAY;
}

static bool in_object(const struct json_in *j)
{
	return j->objects >> (j->depth - 1) & 1;
}

static enum json_event close_level(struct json_in *j)
{
	bool object = in_object(j);

	if (*j->p != (object ? '}' : ']'))
		return fail(j, object ? "a comma or } is missing"
				      : "a comma or ] is missing");
	j->p++;
	j->depth--;
	j->expect = EXPECT_MORE;
	return object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static enum json_event read_value(struct json_in *j)
{
	switch (*j->p) {
	case '{':
		return open_level(j, true);
	case '[':
		return open_level(j, false);
	case '"':
		j->p++;
		j->expect = EXPECT_MORE;
		return read_string(j) ? JSON_STRING : JSON_ERROR;
	case 't':
		return read_word(j, SV("true"), JSON_TRUE);
	case 'f':
		return read_word(j, SV("false"), JSON_FALSE);
	case 'n':
		return read_word(j, SV("null"), JSON_NULL);
	default:
		return read_number(j);
	}
}

static enum json_event read_key(struct json_in *j)
{
	if (*j->p != '"')
		return fail(j, "a key in quotes is missing");
	j->p++;
	if (!read_string(j))
		return JSON_ERROR;
	skip_blanks(j);
	if (j->p == j->end || *j->p != ':')
		return fail(j, "a colon is missing");
	j->p++;
	j->expect = EXPECT_VALUE;
	return JSON_KEY;
}

/* Behind a complete value: the end, a closing bracket, or a comma (JSON_END says: go on). */
static enum json_event read_more(struct json_in *j)
{
	if (!j->depth)
		return fail(j, "something follows the value");
	if (*j->p != ',')
		return close_level(j);
	j->p++;
	skip_blanks(j);
	j->expect = in_object(j) ? EXPECT_KEY : EXPECT_VALUE;
	return j->p == j->end ? fail(j, "it ends in the middle") : JSON_END;
}

enum json_event json_next(struct json_in *j)
{
	enum json_event e;

	if (j->expect == FAILED)
		return JSON_ERROR;
	skip_blanks(j);
	if (j->p == j->end)
		return j->expect == EXPECT_MORE && !j->depth
			       ? JSON_END
			       : fail(j, "it ends in the middle");
	if (j->expect == EXPECT_MORE) {
		e = read_more(j);
		if (e != JSON_END)
			return e;
	}
	if ((j->expect == EXPECT_KEY_OR_END && *j->p == '}') ||
	    (j->expect == EXPECT_VALUE_OR_END && *j->p == ']'))
		return close_level(j);
	return j->expect == EXPECT_KEY || j->expect == EXPECT_KEY_OR_END ? read_key(j)
									 : read_value(j);
}

bool json_skip(struct json_in *j, enum json_event after)
{
	int base = j->depth - (after == JSON_OBJECT || after == JSON_ARRAY);

	do {
		if (json_next(j) == JSON_ERROR)
			return false;
	} while (j->depth > base);
	return true;
}

bool json_text(const struct json_in *j, struct arena *a, struct sv *out)
{
	static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
	const char *p = j->text.p, *end = p + j->text.n;
	char *to, *begin;

	*out = j->text;
	if (!j->escaped)
		return true;
	begin = to = arena_take(a, j->text.n + 1);
	if (!begin)
		return false;
	while (p < end) {
		const char *e = memchr(p, '\\', (size_t)(end - p));
		size_t plain = (size_t)((e ? e : end) - p), n;
		const char *f;

		memcpy(to, p, plain);
		to += plain;
		p += plain;
		if (!e)
			break;
		f = strchr(from, p[1]);
		if (p[1] == 'u') {
			to += utf8_encode((uint32_t)escaped_point(p + 2, end, &n), to);
			p += 2 + n;
		} else {
			*to++ = f ? into[f - from] : p[1];
			p += 2;
		}
	}
	*to = 0;
	*out = (struct sv){ begin, (size_t)(to - begin) };
	return true;
}

/* The exponent of a checked number, held within ±9999; @s is cut in front of it. */
static int take_exponent(struct sv *s)
{
	const char *e = s->p, *end = s->p + s->n;
	bool minus;
	int v = 0;

	while (e < end && (*e | 0x20) != 'e')
		e++;
	s->n = (size_t)(e - s->p);
	if (e == end)
		return 0;
	e++;
	minus = *e == '-';
	e += *e == '-' || *e == '+';
	for (; e < end; e++)
		v = v < 999 ? v * 10 + (*e - '0') : 9999;
	return minus ? -v : v;
}

bool json_whole(struct sv number, int64_t *out)
{
	bool minus = number.n && number.p[0] == '-', fraction = false;
	struct sv s = sv_sub(number, minus, number.n);
	int shift = take_exponent(&s);
	int zeros = 0,
	    digit_count = 0; /* zeros that are written only if a digit follows */
	int64_t v = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			fraction = true;
			continue;
		}
		shift -= fraction;
		zeros++;
		if (s.p[i] == '0')
			continue;
		for (; zeros; zeros--, digit_count += v != 0) {
			if (digit_count >= 18)
				return false;
			v *= 10;
		}
		v += s.p[i] - '0';
		digit_count += digit_count == 0;
	}
	shift += zeros;
	if (v && (shift < 0 || digit_count + shift > 18))
		return false;
	for (; v && shift > 0; shift--)
		v *= 10;
	*out = minus ? -v : v;
	return number.n > 0;
}

bool json_leave(struct json_in *j, enum json_event value)
{
	return value != JSON_ERROR &&
	       ((value != JSON_OBJECT && value != JSON_ARRAY) || json_skip(j, value));
}

int json_walk(struct sv document, const struct json_fields *f, struct arena *arena,
	      struct err *err)
{
	struct json_in j;
	enum json_event e;

	json_begin(&j, document);
	e = json_next(&j);
	if (e != JSON_OBJECT)
		return e == JSON_ERROR ? json_why(&j, err)
				       : err_set(err, ERR_INPUT, "a line is an object");
	while ((e = json_next(&j)) == JSON_KEY) {
		struct sv key;

		if (!json_text(&j, arena, &key))
			return err_set(err, ERR_INPUT, "a key that is too long");
		if (!f->read(f->self, &j, key, arena))
			return j.problem ? json_why(&j, err)
					 : err_set(err, ERR_INPUT, f->wrong, SV_ARG(key));
	}
	if (e == JSON_OBJECT_END)
		e = json_next(&j);
	return e == JSON_END ? 0 : json_why(&j, err);
}
