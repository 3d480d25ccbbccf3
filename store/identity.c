/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.c: see identity.h. Fields go in with their lengths, so that no two lists look
 * alike.
 */
#include "store/identity.h"

#include <string.h>

#include "store/crypto.h"

enum { BY_ID = 1, BY_TIME = 2, BY_CONTENT = 3, BY_PERSON = 4 };

/* Where the next byte goes; there is room for all of it, see room_for(). */
struct writer {
	uint8_t *p;
};

static void put_u(struct writer *w, uint64_t v)
{
	for (; v > 127; v >>= 7)
		*w->p++ = (uint8_t)(v | 128);
	*w->p++ = (uint8_t)v;
}

static void put_i(struct writer *w, int64_t v)
{
	put_u(w, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

static void put_time(struct writer *w, int64_t ms)
{
	if (ms == TIME_NONE)
		put_u(w, 0);
	else {
		put_u(w, 1);
		put_i(w, ms);
	}
}

static void put_field(struct writer *w, struct sv s)
{
	put_u(w, s.n);
	if (s.n)
		memcpy(w->p, s.p, s.n);
	w->p += s.n;
}

/* More bytes than all of a record can need, be it in its content or in its identity. */
static size_t room_for(const struct record *r)
{
	enum { NUMBERS = 24, FIELDS = 16, EACH = 10 };
	size_t n = EACH * (NUMBERS + FIELDS) + r->source.n + r->external_id.n +
		   r->interaction.n + r->customer.n + r->agent.n + r->team.n +
		   r->queue.n + r->comment.n + r->language.n + r->reason.n +
		   r->activity.n + r->email.n + r->phone.n + r->crm.n;

	for (unsigned i = 0; i < r->score_count; i++)
		n += 5 * EACH + r->scores[i].question.n;
	for (unsigned i = 0; i < r->attr_count; i++)
		n += 2 * EACH + r->attrs[i].key.n + r->attrs[i].value.n;
	return n;
}

/* Everything the customer gave: never the origin, the import time or the verdict. */
static void put_content(struct writer *w, const struct record *r)
{
	const struct sv fields[] = { r->interaction, r->customer, r->agent,    r->team,
				     r->queue,	     r->comment,  r->language, r->reason,
				     r->activity,    r->email,	  r->phone,    r->crm };
	const int64_t times[] = { r->occurred_at, r->asked_at, r->answered_at,
				  r->first_response_at, r->resolved_at };

	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		put_field(w, fields[i]);
	for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		put_time(w, times[i]);
	put_u(w, r->kind);
	put_u(w, r->channel);
	put_u(w, (unsigned)r->escalated | (unsigned)r->self_service << 2 |
			 (unsigned)r->delivery << 4);
	put_i(w, r->value_cents);
	put_u(w, r->score_count);
	for (unsigned i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];

		put_u(w, (unsigned)s->kind << 1 | s->low_is_good);
		put_i(w, s->value);
		put_i(w, s->min);
		put_i(w, s->max);
		put_field(w, s->question);
	}
	put_u(w, r->attr_count);
	for (unsigned i = 0; i < r->attr_count; i++) {
		put_field(w, r->attrs[i].key);
		put_field(w, r->attrs[i].value);
	}
}

static struct sv person_of(const struct record *r)
{
	if (r->kind != KIND_CUSTOMER)
		return (struct sv){ 0 };
	return r->crm.n ? r->crm : r->email.n ? r->email : r->phone;
}

static unsigned put_identity(struct writer *w, const struct record *r)
{
	int64_t clock = record_clock(r);
	unsigned by = r->external_id.n ? BY_ID
		      : person_of(r).n ? BY_PERSON
		      : clock != TIME_NONE && (r->customer.n || r->interaction.n)
			      ? BY_TIME
			      : BY_CONTENT;

	put_u(w, by);
	put_u(w, r->kind);
	put_field(w, r->source);
	if (by == BY_ID)
		put_field(w, r->external_id);
	else if (by == BY_PERSON)
		put_field(w, person_of(r));
	else if (by == BY_TIME) {
		put_time(w, clock);
		put_field(w, r->customer);
		put_field(w, r->interaction);
	} else {
		put_u(w, r->occurrence);
		put_content(w, r);
	}
	return by;
}

bool identity_of(const struct subkeys *keys, const struct record *r, struct buf *scratch,
		 uint8_t identity[RUN_DIGEST], uint64_t *content)
{
	unsigned by;
	uint8_t *start;
	struct writer w;

	buf_clear(scratch);
	start = (uint8_t *)buf_room(scratch, room_for(r));
	if (!start)
		return false;
	w.p = start;
	put_content(&w, r);
	*content = digest_u64(keys->content,
			      (struct sv){ (char *)start, (size_t)(w.p - start) }) &
		   CONTENT_MASK;
	if (!*content) /* 0 means "absent" in a document */
		*content = 1;
	w.p = start;
	by = put_identity(&w, r);
	digest_bytes(keys->identity, (struct sv){ (char *)start, (size_t)(w.p - start) },
		     identity, RUN_DIGEST);
	return by == BY_CONTENT;
}

uint64_t interaction_digest(const struct subkeys *keys, struct sv interaction)
{
	uint64_t v = interaction.n ? digest_u64(keys->interaction, interaction) : 0;

	return interaction.n && !v ? 1 : v;
}
