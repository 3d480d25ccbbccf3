/* SPDX-License-Identifier: Apache-2.0 */
/* occurrence.c: a hash table with linear probing that only ever grows; see occurrence.h. */
#include "collector/occurrence.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FIRST_SLOTS = 1024 };

void occurrences_init(struct occurrences *o)
{
	*o = (struct occurrences){ .secret = { 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9 } };
	/* If the system has no randomness the fixed secret serves: only speed is at stake. */
	if (getrandom(o->secret, sizeof(o->secret), GRND_NONBLOCK) < 0)
		o->secret[0] |= 1;
}

void occurrences_release(struct occurrences *o)
{
	free(o->hash);
	free(o->count);
	*o = (struct occurrences){ .slots = 0 };
}

bool occurrence_needed(const struct record *r)
{
	return !r->external_id.n &&
	       (record_clock(r) == TIME_NONE || !(r->customer.n || r->interaction.n));
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

struct hasher {
	uint64_t h, k;
};

static void mix(struct hasher *x, uint64_t v)
{
	x->h = fold(x->h ^ v, x->k) + 0x9e3779b97f4a7c15;
}

static void mix_text(struct hasher *x, struct sv s)
{
	mix(x, s.n);
	for (size_t i = 0; i < s.n; i += 8) {
		uint64_t v = 0;

		memcpy(&v, s.p + i, s.n - i < 8 ? s.n - i : 8);
		mix(x, v);
	}
}

static void mix_head(struct hasher *x, const struct record *r)
{
	const struct sv texts[] = { r->interaction, r->customer, r->agent,    r->team,
				    r->queue,	    r->comment,	 r->language, r->reason,
				    r->activity,    r->email,	 r->phone,    r->crm };
	const int64_t numbers[] = {
		r->occurred_at,	      r->asked_at,    r->answered_at,
		r->first_response_at, r->resolved_at, r->value_cents
	};

	mix(x, (uint64_t)r->kind | (uint64_t)r->channel << 8 |
		       (uint64_t)r->escalated << 16 | (uint64_t)r->self_service << 24 |
		       (uint64_t)r->delivery << 32);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		mix_text(x, texts[i]);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		mix(x, (uint64_t)numbers[i]);
}

static uint64_t record_hash(const struct occurrences *o, const struct record *r)
{
	struct hasher x = { o->secret[0], o->secret[1] | 1 };

	mix_head(&x, r);
	for (size_t i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];

		mix(&x, (uint64_t)s->kind << 48 | (uint64_t)(uint16_t)s->value << 32 |
				(uint64_t)(uint16_t)s->min << 16 | (uint16_t)s->max);
		mix_text(&x, s->question);
	}
	for (size_t i = 0; i < r->attr_count; i++) {
		mix_text(&x, r->attrs[i].key);
		mix_text(&x, r->attrs[i].value);
	}
	return x.h ? x.h : 1;
}

static size_t slot_of(const struct occurrences *o, uint64_t h)
{
	size_t i = h & (o->slots - 1);

	while (o->hash[i] && o->hash[i] != h)
		i = (i + 1) & (o->slots - 1);
	return i;
}

static bool grow(struct occurrences *o)
{
	struct occurrences more = *o;

	more.slots = o->slots ? o->slots * 2 : FIRST_SLOTS;
	more.hash = calloc(more.slots, sizeof(*more.hash));
	more.count = calloc(more.slots, sizeof(*more.count));
	if (!more.hash || !more.count) {
		free(more.hash);
		free(more.count);
		return false;
	}
	for (size_t i = 0; i < o->slots; i++)
		if (o->hash[i]) {
			size_t to = slot_of(&more, o->hash[i]);

			more.hash[to] = o->hash[i];
			more.count[to] = o->count[i];
		}
	free(o->hash);
	free(o->count);
	*o = more;
	return true;
}

bool occurrence_of(struct occurrences *o, const struct record *r, uint32_t *n)
{
	uint64_t h = record_hash(o, r);
	size_t i;

	if (o->used >= o->slots - o->slots / 4 && !grow(o))
		return false;
	i = slot_of(o, h);
	o->used += o->hash[i] == 0;
	o->hash[i] = h;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): grow() moved both, it did not only free them */
	if (o->count[i] < UINT32_MAX)
		o->count[i]++;
	*n = o->count[i];
	return true;
}
