/* SPDX-License-Identifier: Apache-2.0 */
/* map_page.c: see map_page.h. */
#include "collector/map_page.h"

#include <string.h>

#include "collector/map_json.h"
#include "core/utf8.h"

void map_page_init(struct map_page *p)
{
	*p = (struct map_page){ .count = 0 };
	arena_init(&p->arena, 0);
}

void map_page_forget(struct map_page *p)
{
	json_decref(p->whole);
	p->whole = NULL;
	p->items = NULL;
	arena_reset(&p->arena);
}

void map_page_release(struct map_page *p)
{
	map_page_forget(p);
	arena_release(&p->arena);
}

void map_page_first(struct map_page *p, const struct map *m, struct map_mark *mark)
{
	p->before = 0;
	p->count = 0;
	mark->page = m->first;
	mark->offset = 0;
	mark->item = 0;
	mark->next = (struct sv){ NULL, 0 };
}

size_t map_page_size(const struct map_page *p)
{
	return p->items ? json_array_size(p->items) : 0;
}

const json_t *map_page_item(const struct map_page *p, size_t i)
{
	return json_array_get(p->items, i);
}

static struct map_fill fill_of(const struct map_session *s, const struct map_mark *mark)
{
	return (struct map_fill){ .settings = s->bound->settings,
				  .page = mark->page,
				  .offset = mark->offset,
				  .size = s->bound->map->size ? s->bound->map->size : -1,
				  .since = mark->since,
				  .until = mark->until,
				  .next = mark->next };
}

/* ---- what is on it ------------------------------------------------------------------------- */

static int refused(struct map_page *p, const struct map_session *s, struct err *err)
{
	struct sv said = map_session_said(s, p->whole, &p->arena);

	if (said.n)
		return err_set(err, ERR_UNAVAILABLE, "it answers: " SV_FMT, SV_ARG(said));
	return err_set(err, ERR_UNAVAILABLE,
		       "the answer says that something is wrong, and not what");
}

static int no_list(struct map_page *p, const struct map_session *s, struct err *err)
{
	if (map_session_said(s, p->whole, &p->arena).n)
		return refused(p, s, err);
	return err_set(err, ERR_UNAVAILABLE,
		       "the answer has no list where the map looks for it (%zu bytes of "
		       "JSON)",
		       p->answer.body.n);
}

/* base64-json: the JSON that is meant stands as text in the one that came. */
static int decode(struct map_page *p, const struct map *m, struct err *err)
{
	struct map_at at = { .item = p->whole, .whole = p->whole };
	const json_t *v = m->decode_at ? map_path_one(m->decode_at, &at) : p->whole;
	struct sv text = { NULL, 0 };
	json_t *inner;
	int rc;

	if (v && json_is_string(v))
		text = (struct sv){ json_string_value(v), json_string_length(v) };
	rc = map_base64(text, &p->arena, &text, err);
	if (!rc)
		rc = map_json_parse(&inner, text, &p->arena, err);
	if (rc == ERR_INPUT && err)
		err->code = ERR_UNAVAILABLE;
	if (rc) {
		err_at(err, "the answer");
		return rc == ERR_INPUT ? ERR_UNAVAILABLE : rc;
	}
	json_decref(p->whole);
	p->whole = inner;
	return 0;
}

/* Is it good, is it none, and where is the list? */
static int open_page(struct map_page *p, const struct map_session *s, struct err *err)
{
	const struct map *m = s->bound->map;
	struct map_at at = { .item = p->whole, .whole = p->whole };
	int rc = 0;

	if (m->none && map_cond_holds(m->none, &at))
		return 0;
	if (m->good && !map_cond_holds(m->good, &at))
		return refused(p, s, err);
	if (m->decode == DECODE_BASE64_JSON)
		rc = decode(p, m, err);
	if (rc)
		return rc;
	at.item = at.whole = p->whole;
	p->items = m->items ? map_path_one(m->items, &at) : p->whole;
	if (json_is_array(p->items))
		return 0;
	p->items = NULL;
	return no_list(p, s, err);
}

/* A number that two pages with the same bytes have in common. */
static uint64_t looks(struct sv s)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return h | 1;
}

static int stuck(struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE,
		       "the pages do not move on: the service gave the same one twice");
}

/* A service whose session is over says so in a good answer, too: log in and ask once more. */
static int fetch_once(struct map_page *p, struct map_session *s,
		      const struct map_mark *mark, struct err *err)
{
	const struct map *m = s->bound->map;
	bool first = mark->page == m->first && !mark->offset && !mark->next.n;
	bool by_url = m->style == PAGES_NEXT_URL || m->style == PAGES_LINK;
	struct map_fill fill = fill_of(s, mark);
	int rc;

	map_page_forget(p);
	rc = map_session_ask(s, &m->request, first ? NULL : &m->next_ask, &fill,
			     by_url && mark->next.n ? mark->next.p : NULL, &p->arena,
			     &p->answer, &p->whole, err);
	if (!rc && p->whole)
		rc = open_page(p, s, err);
	return rc;
}

int map_page_fetch(struct map_page *p, struct map_session *s, const struct map_mark *mark,
		   struct err *err)
{
	const struct map *m = s->bound->map;
	uint64_t now;
	int rc;

	if (p->count >= m->max)
		return err_set(err, ERR_UNAVAILABLE,
			       "more than %lld pages in one go: the next time goes on "
			       "from there",
			       (long long)m->max);
	rc = fetch_once(p, s, mark, err);
	if (rc == ERR_UNAVAILABLE && p->whole && m->has_login && !s->fresh) {
		rc = map_session_login(s, true, err);
		if (!rc)
			rc = fetch_once(p, s, mark, err);
	}
	if (rc)
		return rc;
	p->count++;
	now = looks(p->answer.body);
	if (map_page_size(p) && now == p->before)
		return stuck(err);
	p->before = now;
	return 0;
}

/* ---- which is next ------------------------------------------------------------------------- */

/* "/v2/x?page=2" of https://host: an address of the same place. Others as they are. */
static int absolute(struct map_session *s, const struct map_mark *mark, struct sv next,
		    struct arena *a, struct sv *out, struct err *err)
{
	struct map_fill fill = fill_of(s, mark);
	const char *base = NULL;
	struct sv host;
	char *text;
	int rc = map_session_url(s, &s->bound->map->request, NULL, &fill, a, &base, err);

	if (rc)
		return rc;
	host = http_host(base);
	if (sv_starts(next, SV("/")) && !sv_starts(next, SV("//"))) {
		struct sv path = { host.p, strlen(host.p) };
		size_t head = (size_t)(host.p - base) + (size_t)(strcspn(path.p, "/?#"));

		text = arena_printf(a, SV_FMT SV_FMT, (int)head, base, SV_ARG(next));
	} else {
		text = arena_printf(a, SV_FMT, SV_ARG(next));
	}
	if (!text)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!http_same_place(base, text))
		return err_set(err, ERR_UNAVAILABLE,
			       "the address of the next page leads to another place, "
			       "which is not followed");
	*out = sv_of(text);
	return 0;
}

/* What the answer calls the next page; empty: there is none. */
static int find_next(struct map_page *p, struct map_session *s,
		     const struct map_mark *mark, struct arena *a, struct sv *out,
		     struct err *err)
{
	const struct map *m = s->bound->map;
	struct map_at at = { .item = p->whole, .whole = p->whole };
	const json_t *v = map_path_one(m->next, &at);
	char room[MAP_NUMBER_MAX];
	struct cell cell = { .text = p->answer.link_next };

	if (m->style != PAGES_LINK && (!v || !map_scalar(v, room, &cell)))
		cell.text = (struct sv){ NULL, 0 };
	*out = sv_trim(cell.text);
	if (!out->n)
		return 0;
	if (out->n > 8192 || memchr(out->p, 0, out->n))
		return err_set(err, ERR_UNAVAILABLE,
			       "what it calls the next page is no name of one");
	if (m->style == PAGES_NEXT_URL || m->style == PAGES_LINK)
		return absolute(s, mark, *out, a, out, err);
	return arena_copy(a, *out, out) ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* As far as the page itself says: a short one is the last where nothing else is said. */
static bool is_last(const struct map_page *p, const struct map *m, bool counted)
{
	struct map_at at = { .item = p->whole, .whole = p->whole };
	int64_t n = (int64_t)map_page_size(p);

	if (m->style == PAGES_NONE || !p->items)
		return true;
	if (m->more && !map_cond_holds(m->more, &at))
		return true;
	return counted && (!n || (!m->more && n < m->size));
}

int map_page_next(struct map_page *p, struct map_session *s, struct map_mark *mark,
		  bool *last, struct arena *a, struct err *err)
{
	const struct map *m = s->bound->map;
	int64_t n = (int64_t)map_page_size(p);
	bool counted = m->style == PAGES_NUMBER || m->style == PAGES_OFFSET;
	struct sv next = { NULL, 0 };
	int rc;

	*last = is_last(p, m, counted);
	if (*last)
		return 0;
	if (!counted) {
		rc = find_next(p, s, mark, a, &next, err);
		*last = !next.n;
		if (rc || *last)
			return rc;
		if (sv_eq(next, mark->next))
			return stuck(err);
	}
	mark->next = next;
	mark->page++;
	mark->offset += m->size ? m->size : n;
	mark->item = 0;
	return 0;
}
