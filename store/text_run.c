/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_run.c: reading the body of a run where it lies. A run is megabytes long and a
 * word of it a few bytes, so only the header is summed when it is opened; from there on
 * every offset is held against the bytes, and damage gives fewer answers, never a wrong
 * address.
 */
#include "store/text_run.h"

#include "store/keys.h"
#include "store/varint.h"

enum { DIRECTORY_BITS_MAX = 20, KEY_BITS = 48, SLOTS_MAX = 65536 };

static uint32_t head_u32(struct sv body, unsigned at)
{
	return (uint32_t)le_get(body.p + at, 4);
}

static bool parts_fit(const struct text_run *r, uint32_t starts_at)
{
	uint64_t starts =
		sorted_bytes(r->slots, r->places + 1) + (r->listed ? 2ull * r->slots : 0);
	uint64_t directory = ((1ull << r->directory_bits) + 1) * 8;

	return starts_at >= TEXT_RUN_HEAD && starts_at + starts <= r->directory_at &&
	       r->directory_at + directory <= r->heads_at &&
	       r->heads_at <= r->postings_at && r->postings_at <= r->body.n - SORTED_PAD;
}

bool text_run_open(struct sv body, struct text_run *out)
{
	struct text_run *r = out;
	uint32_t starts_at;

	if (body.n < TEXT_RUN_HEAD + SORTED_PAD || body.n > UINT32_MAX ||
	    head_u32(body, 0) != sum32(body.p + 4, TEXT_RUN_HEAD - 4, 'H') ||
	    head_u32(body, 8) != TEXT_RUN_VERSION || head_u32(body, 44) != body.n)
		return false;
	memset(r, 0, sizeof(*r));
	r->body = body;
	r->first = (uint16_t)le_get(body.p + 12, 2);
	r->directory_bits = (uint8_t)body.p[14];
	r->slots = head_u32(body, 16);
	r->places = head_u32(body, 20);
	r->groups = head_u32(body, 24);
	starts_at = head_u32(body, 28);
	r->directory_at = head_u32(body, 32);
	r->heads_at = head_u32(body, 36);
	r->postings_at = head_u32(body, 40);
	r->records = head_u32(body, 48);
	if (r->directory_bits > DIRECTORY_BITS_MAX || r->places == UINT32_MAX ||
	    r->slots == 0 || r->slots > SLOTS_MAX ||
	    (!body.p[15] && r->first + r->slots > SLOTS_MAX))
		return false;
	if (body.p[15])
		r->listed = (const uint8_t *)body.p + starts_at +
			    sorted_bytes(r->slots, r->places + 1);
	if (!parts_fit(r, starts_at))
		return false;
	sorted_view((const uint8_t *)body.p + starts_at, r->slots, r->places + 1,
		    &r->starts);
	r->heads_end = (const uint8_t *)body.p + r->postings_at;
	return true;
}

bool text_run_sound(struct sv body)
{
	struct text_run r;

	return text_run_open(body, &r) &&
	       head_u32(body, 4) ==
		       sum32(body.p + TEXT_RUN_HEAD, body.n - TEXT_RUN_HEAD, 'B');
}

uint16_t text_run_low(const struct text_run *r, uint32_t slot)
{
	if (slot >= r->slots)
		return 0;
	return (uint16_t)(r->listed ? le_get(r->listed + 2 * (size_t)slot, 2)
				    : r->first + slot);
}

/* ---- groups ---------------------------------------------------------------------- */

static bool varint(const uint8_t **p, const uint8_t *end, uint32_t *out)
{
	uint64_t v;
	bool there = varint_get(p, end, 32, &v);

	if (there)
		*out = (uint32_t)v;
	return there;
}

/* Most are one byte. */
static inline bool short_varint(const uint8_t **p, const uint8_t *end, uint32_t *out)
{
	if (*p < end && **p < 0x80) {
		*out = *(*p)++;
		return true;
	}
	return varint(p, end, out);
}

/* One form of a group of @forms; false: damaged. */
static bool read_form(const uint8_t **head, const uint8_t *end, uint32_t forms,
		      uint32_t *tag, uint32_t *n, uint32_t *records)
{
	uint32_t twice = 0;

	if (end - *head < 4)
		return false;
	*tag = (uint32_t)le_get(*head, 3);
	*head += 3;
	if (!varint(head, end, n) || !*n ||
	    (*n > 1 && forms > 1 && !varint(head, end, &twice)) || twice >= *n)
		return false;
	*records = *n - twice;
	return true;
}

/* The head at *head, which moves behind it; postings are not counted off. */
static bool read_head(const struct text_run *r, const uint8_t **head,
		      struct text_group *g)
{
	const uint8_t *end = r->heads_end;
	uint64_t all = 0;
	uint32_t twice = 0;

	if (end - *head < 8)
		return false;
	g->run = r;
	g->key = le_get(*head, 6);
	*head += 6;
	if (!varint(head, end, &g->forms))
		return false;
	g->form = *head;
	g->left = g->forms;
	for (uint32_t i = 0; i < g->forms; i++) {
		uint32_t tag, n, records;

		if (!read_form(head, end, g->forms, &tag, &n, &records) || n > r->places)
			return false;
		all += n;
	}
	if (all == 0 || all > r->places || (all > 1 && !varint(head, end, &twice)) ||
	    twice >= all)
		return false;
	g->postings = (uint32_t)all;
	g->records = g->postings - twice;
	return true;
}

/* The same, and *posting moves behind the group's postings. */
static bool read_group(const struct text_run *r, const uint8_t **head,
		       const uint8_t **posting, struct text_group *g)
{
	const uint8_t *bytes_end = (const uint8_t *)r->body.p + r->body.n, *form;

	if (!read_head(r, head, g))
		return false;
	g->posting = *posting;
	form = g->form;
	for (uint32_t i = 0; i < g->forms; i++) {
		uint32_t tag, n = 0, records;
		size_t bytes;

		if (!read_form(&form, r->heads_end, g->forms, &tag, &n, &records))
			return false;
		bytes = sorted_bytes(n, r->places);
		if (bytes + SORTED_PAD > (size_t)(bytes_end - *posting))
			return false;
		*posting += bytes;
	}
	return true;
}

bool text_group_count(struct text_group *g, uint32_t *tag, uint32_t *records)
{
	uint32_t n;

	if (g->left == 0 ||
	    !read_form(&g->form, g->run->heads_end, g->forms, tag, &n, records))
		return false;
	g->left--;
	if (g->forms == 1)
		*records = g->records;
	return true;
}

bool text_group_form(struct text_group *g, struct text_form *out)
{
	uint32_t n;

	if (g->left == 0)
		return false;
	g->left--;
	if (!read_form(&g->form, g->run->heads_end, g->forms, &out->tag, &n,
		       &out->records))
		return false;
	if (g->forms == 1)
		out->records = g->records;
	sorted_view(g->posting, n, g->run->places, &out->places);
	g->posting += sorted_bytes(n, g->run->places);
	return true;
}

/* Where the @i-th directory entry points, or false when that is outside. */
static bool entry(const struct text_run *r, uint32_t i, const uint8_t **head,
		  const uint8_t **posting)
{
	const char *p = r->body.p + r->directory_at + 8 * (size_t)i;
	uint64_t h = le_get(p, 4), q = le_get(p + 4, 4);

	if (r->heads_at + h > r->postings_at ||
	    r->postings_at + q > r->body.n - SORTED_PAD)
		return false;
	*head = (const uint8_t *)r->body.p + r->heads_at + h;
	*posting = (const uint8_t *)r->body.p + r->postings_at + q;
	return true;
}

/* Past a head that is not looked for: the quick half of read_head(). */
static bool pass_head(const uint8_t **head, const uint8_t *end)
{
	uint32_t forms, n, twice;
	uint64_t all = 0;

	*head += KEY_BITS / 8;
	if (!short_varint(head, end, &forms))
		return false;
	for (uint32_t i = 0; i < forms; i++) {
		if (end - *head < 4)
			return false;
		*head += 3;
		if (!short_varint(head, end, &n) ||
		    (n > 1 && forms > 1 && !short_varint(head, end, &twice)))
			return false;
		all += n;
	}
	return all < 2 || short_varint(head, end, &twice);
}

/* The head of @key, if it is there; *number: it is so many-th of its directory entry. */
static bool find_head(const struct text_run *r, uint64_t key, const uint8_t **head,
		      const uint8_t **posting, uint32_t *number, struct text_group *out)
{
	uint32_t bucket = (uint32_t)(key >> (KEY_BITS - r->directory_bits));
	const uint8_t *end, *spare, *at;

	if (bucket >> r->directory_bits || !entry(r, bucket, head, posting) ||
	    !entry(r, bucket + 1, &end, &spare))
		return false;
	at = *head;
	for (*number = 0; at < end && r->heads_end - at >= 8; ++*number) {
		uint64_t here = le_get(at, KEY_BITS / 8);

		if (here >= key)
			return here == key && read_head(r, &at, out);
		if (!pass_head(&at, r->heads_end))
			return false;
	}
	return false;
}

bool text_run_find(const struct text_run *r, uint64_t key, struct text_group *out)
{
	const uint8_t *head, *posting;
	uint32_t number;

	if (!find_head(r, key, &head, &posting, &number, out))
		return false;
	for (uint32_t i = 0; i <= number; i++)
		if (!read_group(r, &head, &posting, out))
			return false;
	return true;
}

uint32_t text_run_records(const struct text_run *r, uint64_t key)
{
	const uint8_t *head, *posting;
	struct text_group g = { 0 };
	uint32_t number;

	return find_head(r, key, &head, &posting, &number, &g) ? g.records : 0;
}

uint32_t text_run_form_records(const struct text_run *r, uint64_t key, uint32_t tag)
{
	const uint8_t *head, *posting;
	struct text_group g = { 0 };
	uint32_t number, here, n, records;

	if (!find_head(r, key, &head, &posting, &number, &g))
		return 0;
	for (; g.left; g.left--) {
		if (!read_form(&g.form, r->heads_end, g.forms, &here, &n, &records))
			return 0;
		if (here == tag)
			return g.forms == 1 ? g.records : records;
	}
	return 0;
}

void text_walk_start(struct text_walk *w, const struct text_run *r)
{
	w->run = r;
	w->head = (const uint8_t *)r->body.p + r->heads_at;
	w->posting = (const uint8_t *)r->body.p + r->postings_at;
	w->left = r->groups;
	w->ok = true;
}

bool text_walk_next(struct text_walk *w, struct text_group *out)
{
	if (w->left == 0 || !w->ok)
		return false;
	w->left--;
	w->ok = read_group(w->run, &w->head, &w->posting, out);
	return w->ok;
}

bool text_walk_next_head(struct text_walk *w, struct text_group *out)
{
	if (w->left == 0 || !w->ok)
		return false;
	w->left--;
	w->ok = read_head(w->run, &w->head, out);
	return w->ok;
}
