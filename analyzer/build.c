/* SPDX-License-Identifier: Apache-2.0 */
/* build.c: growing vectors, maps from bytes to numbers, and notes with their place. */
#include "analyzer/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *vec_add(struct builder *b, struct vec *v, size_t bytes)
{
	size_t cap = v->cap ? v->cap : 1024;
	char *p;

	while (cap - v->n < bytes)
		cap *= 2;
	if (cap != v->cap) {
		p = realloc(v->p, cap);
		if (!p) {
			b->failed = true;
			return NULL;
		}
		v->p = p;
		v->cap = cap;
	}
	p = v->p + v->n;
	memset(p, 0, bytes);
	v->n += bytes;
	return p;
}

static uint64_t map_hash(struct sv key)
{
	return table_checksum(key.p, key.n);
}

static struct map_slot *map_find(struct map *m, struct sv key, uint64_t hash)
{
	size_t i = hash & (m->size - 1);

	while (m->slots[i].used &&
	       (m->slots[i].hash != hash || !sv_eq(m->slots[i].key, key)))
		i = (i + 1) & (m->size - 1);
	return &m->slots[i];
}

static bool map_grow(struct map *m)
{
	struct map old = *m;

	m->size = old.size ? old.size * 2 : 256;
	m->slots = calloc(m->size, sizeof(*m->slots));
	if (!m->slots) {
		*m = old;
		return false;
	}
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].used)
			*map_find(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
	free(old.slots);
	return true;
}

uint32_t *map_at(struct builder *b, struct map *m, struct sv key, bool *fresh)
{
	uint64_t hash = map_hash(key);
	struct map_slot *slot;

	*fresh = false;
	if (m->count * 2 >= m->size && !map_grow(m)) {
		b->failed = true;
		return NULL;
	}
	slot = map_find(m, key, hash);
	if (!slot->used) {
		struct sv copy;

		if (!arena_copy(&b->arena, key, &copy)) {
			b->failed = true;
			return NULL;
		}
		*slot = (struct map_slot){ .key = copy, .hash = hash, .used = true };
		m->count++;
		*fresh = true;
	}
	return &slot->value;
}

uint32_t build_string(struct builder *b, struct sv s)
{
	bool fresh;
	uint32_t *at;

	if (s.n > 0xffff)
		s.n = 0xffff;
	at = map_at(b, &b->strings, s, &fresh);
	if (at && fresh) {
		unsigned char *p;

		*at = (uint32_t)b->sec[SEC_STRINGS].n;
		p = vec_add(b, &b->sec[SEC_STRINGS], s.n + 2);
		if (!p)
			return 0;
		p[0] = (unsigned char)s.n;
		p[1] = (unsigned char)(s.n >> 8);
		if (s.n)
			memcpy(p + 2, s.p, s.n);
	}
	return at ? *at : 0;
}

void build_note(struct builder *b, const struct source *src, bool error, const char *fmt,
		...)
{
	char place[4200], text[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (src->line)
		snprintf(place, sizeof(place), "%s:%u", src->path, src->line);
	else
		snprintf(place, sizeof(place), "%s", src->path);
	if (b->tell)
		b->tell(b->ctx, &(struct opinia_lexicon_note){ error, place, text });
	if (error && b->errors++ == 0) {
		err_set(b->err, ERR_CONFIG, "%s", text);
		err_at(b->err, "%s", place);
	}
}

void build_release(struct builder *b)
{
	struct map *maps[] = { &b->strings, &b->keys,  &b->states,
			       &b->seen,    &b->sides, &b->pairs };
	struct vec *vecs[] = { &b->items, &b->key_list, &b->edge_list, &b->state_list,
			       &b->pair_list };

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		free(maps[i]->slots);
	for (size_t i = 0; i < sizeof(vecs) / sizeof(vecs[0]); i++)
		free(vecs[i]->p);
	for (int i = 0; i < SEC_COUNT; i++)
		free(b->sec[i].p);
	scratch_release(&b->scratch);
	arena_release(&b->arena);
}
