/* SPDX-License-Identifier: Apache-2.0 */
/* http_answer.c: what the headers of an answer say: how long to wait, and where it goes on. */
#include <ctype.h>
#include <curl/curl.h>
#include <string.h>
#include <sys/random.h>

#include "collector/http_inside.h"
#include "core/utf8.h"
#include "core/when.h"

enum { LINKS_MAX = 16 };

/* ---- as they come ------------------------------------------------------------------------ */

static bool keep(struct http_heard *h, struct sv value, struct sv *out)
{
	return arena_copy(h->arena, value, out);
}

static bool keep_link(struct http_heard *h, struct sv value)
{
	char *joined;

	if (h->link_count == LINKS_MAX)
		return true;
	h->link_count++;
	joined = arena_printf(h->arena, SV_FMT "%s" SV_FMT, SV_ARG(h->links),
			      h->links.n ? "," : "", SV_ARG(value));

	h->links = sv_of(joined);
	return joined;
}

static bool keep_header(struct http_heard *h, struct sv name, struct sv value)
{
	if (sv_ieq(name, SV("content-type")))
		return keep(h, value, &h->content_type);
	if (sv_ieq(name, SV("retry-after")))
		return keep(h, value, &h->retry_after);
	if (sv_ieq(name, SV("x-ratelimit-reset")) || sv_ieq(name, SV("ratelimit-reset")))
		return keep(h, value, &h->reset);
	if (sv_ieq(name, SV("location")))
		return keep(h, value, &h->location);
	return sv_ieq(name, SV("link")) ? keep_link(h, value) : true;
}

bool http_hear(struct http_exchange *x, struct sv line)
{
	struct http_heard *h = &x->heard;
	struct sv value = line, name;

	h->bytes += line.n;
	if (h->bytes > HTTP_HEADERS_MAX) {
		x->headers_too_long = true;
		return false;
	}
	if (sv_starts(line, SV("HTTP/"))) {
		sv_cut(&value, ' ');
		h->begun = value.n && value.p[0] != '1';
		return true;
	}
	name = sv_cut(&value, ':');
	if (!h->begun || x->body.n) /* 1xx, trailers */
		return true;
	h->no_room = !keep_header(h, name, sv_trim(value));
	return !h->no_room;
}

/* ---- Retry-After ------------------------------------------------------------------------- */

static int month_of(struct sv s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (sv_eq(s, (struct sv){ names + 3 * i, 3 }))
			return i + 1;
	return 0;
}

static bool digits(struct sv s, size_t most, int *out)
{
	int64_t n;

	for (size_t i = 0; i < s.n; i++)
		if (!isdigit((unsigned char)s.p[i]))
			return false;
	if (!s.n || s.n > most || !sv_i64(s, &n))
		return false;
	*out = (int)n;
	return true;
}

static bool clock_of(struct sv s, struct civil *c)
{
	struct sv h = sv_cut(&s, ':'), m = sv_cut(&s, ':');

	return h.n == 2 && m.n == 2 && s.n == 2 && digits(h, 2, &c->hour) &&
	       digits(m, 2, &c->minute) && digits(s, 2, &c->second);
}

/* "06 Nov 1994 08:49:37 GMT" or "06-Nov-94 08:49:37 GMT" */
static bool date_new(struct sv s, struct civil *c)
{
	char between = sv_find(s, SV("-")) >= 0 ? '-' : ' ';
	struct sv day = sv_cut(&s, between), month = sv_cut(&s, between);
	struct sv year = sv_cut(&s, ' '), at = sv_cut(&s, ' ');

	c->month = month_of(month);
	if (!digits(day, 2, &c->day) || !digits(year, 4, &c->year) || !clock_of(at, c))
		return false;
	if (year.n == 2) /* RFC 9110: never more than 50 years ahead; 70 is the first */
		c->year += c->year < 70 ? 2000 : 1900;
	return sv_eq(s, SV("GMT")) && (year.n == 4) == (between == ' ');
}

/* "Nov  6 08:49:37 1994" */
static bool date_old(struct sv s, struct civil *c)
{
	struct sv day, at;

	c->month = month_of(sv_cut(&s, ' '));
	s = sv_trim(s);
	day = sv_cut(&s, ' ');
	at = sv_cut(&s, ' ');
	return digits(day, 2, &c->day) && clock_of(at, c) && s.n == 4 &&
	       digits(s, 4, &c->year);
}

static bool http_date(struct sv s, int64_t *ms)
{
	struct civil c = { 0 };
	struct sv day = sv_cut(&s, ' ');
	bool good =
		sv_ends(day, SV(",")) ? date_new(s, &c) : day.n == 3 && date_old(s, &c);

	if (!good || !civil_valid(&c))
		return false;
	*ms = when_utc(NULL, c);
	return true;
}

static int64_t within(int64_t ms)
{
	if (ms < 0)
		return 0;
	return ms > HTTP_AGAIN_MAX_MS ? HTTP_AGAIN_MAX_MS : ms;
}

static bool all_digits(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isdigit((unsigned char)s.p[i]))
			return false;
	return s.n > 0;
}

int64_t http_retry_after(struct sv value, int64_t now_ms)
{
	struct sv s = sv_trim(value);
	int64_t n;

	if (all_digits(s)) /* any number of them: it is the ceiling then */
		return sv_i64(s, &n) && n < HTTP_AGAIN_MAX_MS / MS_SECOND
			       ? n * MS_SECOND
			       : HTTP_AGAIN_MAX_MS;
	return http_date(s, &n) ? within(n - now_ms) : -1;
}

/* Services mean seconds from now, or a moment in Unix time; the size of the number tells. */
static int64_t reset_ms(struct sv value, int64_t now_ms)
{
	struct sv s = sv_trim(value);
	int64_t n;

	s = sv_cut(&s, '.');
	if (!all_digits(s) || !sv_i64(s, &n))
		return -1;
	if (n >= 100000000000)
		return within(n - now_ms);
	return n >= 1000000000 ? within(n * MS_SECOND - now_ms)
			       : http_retry_after(s, now_ms);
}

int64_t http_again_ms(const struct http_heard *heard, int64_t now_ms)
{
	int64_t ms = http_retry_after(heard->retry_after, now_ms);
	uint16_t any = 0;

	if (ms < 0)
		ms = reset_ms(heard->reset, now_ms);
	if (ms >= 0)
		return ms < MS_SECOND ? MS_SECOND : ms;
	if (getrandom(&any, sizeof(any), GRND_NONBLOCK) < 0)
		any = 0;
	return HTTP_AGAIN_MS + any % (HTTP_AGAIN_MS / 4);
}

/* ---- Link -------------------------------------------------------------------------------- */

/* Up to @at outside of quotes. */
static struct sv cut_unquoted(struct sv *rest, char at)
{
	bool quoted = false;
	size_t i = 0;
	struct sv head;

	for (; i < rest->n && (quoted || rest->p[i] != at); i++)
		quoted ^= rest->p[i] == '"';
	head = sv_sub(*rest, 0, i);
	*rest = sv_sub(*rest, i + 1, rest->n);
	return head;
}

static bool says_next(struct sv params)
{
	while (params.n) {
		struct sv value = cut_unquoted(&params, ';');
		struct sv name = sv_trim(sv_cut(&value, '='));

		value = sv_trim(value);
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
			value = sv_sub(value, 1, value.n - 2);
		while (sv_ieq(name, SV("rel")) && value.n)
			if (sv_ieq(sv_cut(&value, ' '), SV("next")))
				return true;
	}
	return false;
}

static struct sv absolute(struct sv link, const char *base, struct arena *arena)
{
	struct sv out = { NULL, 0 }, z;
	char *whole = NULL;
	CURLU *u = curl_url();

	if (u && arena_copy(arena, link, &z) && strlen(z.p) == z.n &&
	    curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_URL, z.p, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_URL, &whole, 0) == CURLUE_OK &&
	    (sv_starts(sv_of(whole), SV("http://")) ||
	     sv_starts(sv_of(whole), SV("https://"))) &&
	    !arena_copy(arena, sv_of(whole), &out))
		out = (struct sv){ NULL, 0 };
	curl_free(whole);
	curl_url_cleanup(u);
	return out;
}

struct sv http_moved_to(struct sv location, const char *base, struct arena *arena)
{
	struct sv whole = location.n ? absolute(location, base, arena) : location;
	struct sv host = http_host(whole.p);

	if (!host.n || !utf8_valid(host))
		return (struct sv){ NULL, 0 };
	return sv_of(arena_printf(arena, "%s://" SV_FMT,
				  sv_starts(whole, SV("https:")) ? "https" : "http",
				  SV_ARG(host)));
}

struct sv http_link_next(struct sv links, const char *base, struct arena *arena)
{
	for (int i = 0; links.n && i < LINKS_MAX; i++) {
		struct sv link;
		ptrdiff_t open = sv_find(links, SV("<")), end;

		if (open < 0)
			break;
		links = sv_sub(links, (size_t)open + 1, links.n);
		end = sv_find(links, SV(">"));
		if (end < 0)
			break;
		link = sv_sub(links, 0, (size_t)end);
		links = sv_sub(links, (size_t)end + 1, links.n);
		if (says_next(cut_unquoted(&links, ',')))
			return absolute(link, base, arena);
	}
	return (struct sv){ NULL, 0 };
}
