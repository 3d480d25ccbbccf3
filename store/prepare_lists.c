/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare_lists.c: the names and customers of a batch: each once, and numbers in its records.
 */
#include <string.h>

#include "store/keys.h"
#include "store/prepare.h"

struct name_ask {
	const struct opinia_prepared *p;
	struct prep_name name;
};

static bool same_name(const void *self, uint32_t value)
{
	const struct name_ask *ask = self;
	const struct prep_name *n = &ask->p->names[value - 1];

	return n->dim == ask->name.dim && sv_eq(n->text, ask->name.text);
}

/* One more of @each bytes at the end of a list that doubles. */
static void *list_room(struct prepping *w, void *list, size_t count, size_t *room,
		       size_t each)
{
	size_t more = *room ? 2 * *room : 64;

	if (count < *room)
		return list;
	list = arena_grow(&w->p->arena, list, *room * each, more * each);
	if (list)
		*room = more;
	else
		w->failed = true;
	return list;
}

uint32_t prep_name(struct prepping *w, enum name_dim dim, struct sv text)
{
	struct name_ask ask = { w->p, { dim, text } };
	uint64_t hash = (uint64_t)sum32(text.p, text.n, dim) << 8 | dim;
	struct table_slot *slot;
	void *list;

	if (!text.n || w->failed)
		return 0;
	slot = table_at(&w->names, hash, same_name, &ask);
	if (slot && slot->value)
		return slot->value;
	list = list_room(w, w->p->names, w->p->name_count, &w->name_room,
			 sizeof(ask.name));
	if (!slot || !list || !arena_copy(&w->p->arena, text, &ask.name.text)) {
		w->failed = true;
		return 0;
	}
	w->p->names = list;
	w->p->names[w->p->name_count++] = ask.name;
	table_fill(&w->names, slot, hash, (uint32_t)w->p->name_count);
	return (uint32_t)w->p->name_count;
}

static bool same_alias(const void *self, uint32_t value)
{
	const struct prepping *w = self;

	/* the asked one stands behind the last */
	return sv_eq(w->p->persons[value - 1].alias,
		     w->p->persons[w->p->person_count].alias);
}

uint32_t prep_person(struct prepping *w, enum alias_kind kind, struct sv as_given)
{
	char text[ALIAS_TEXT_MAX];
	struct sv alias = alias_normal(kind, as_given, text);
	uint64_t hash = sum32(alias.p, alias.n, 0);
	struct table_slot *slot;
	struct person *next;
	void *list;

	if (!alias.n || w->failed)
		return NO_PERSON;
	list = list_room(w, w->p->persons, w->p->person_count, &w->person_room,
			 sizeof(*next));
	if (!list)
		return NO_PERSON;
	w->p->persons = list;
	next = &w->p->persons[w->p->person_count];
	*next = (struct person){ .alias = alias };
	slot = table_at(&w->persons, hash, same_alias, w);
	if (slot && slot->value)
		return slot->value - 1;
	if (!slot || !arena_copy(&w->p->arena, alias, &next->alias)) {
		w->failed = true;
		return NO_PERSON;
	}
	alias_digest(w->store, next->alias, next->digest);
	table_fill(&w->persons, slot, hash, (uint32_t)++w->p->person_count);
	return (uint32_t)w->p->person_count - 1;
}
