/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.c: a document back as the record and the verdict that were landed.
 */
#include "store/fetch.h"

#include <string.h>

#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/names.h"
#include "store/origin.h"
#include "store/reckey.h"

/* ---- the sealed part --------------------------------------------------------------- */

/* @alias: the customer's address, where there is one. */
static bool secret_key(struct opinia_snapshot *snap, const struct doc *d,
		       uint8_t key[KEY_BYTES], struct arena *arena, struct sv *alias)
{
	uint32_t number = (uint32_t)doc_field(d, DOC_CUSTOMER);

	*alias = (struct sv){ 0 };

	if (d->flags & DOC_OWN_KEY)
		return reckey_read(&snap->txn, snap->store, d->id, key);
	return customer_read(&snap->txn, snap->store, number, key, arena, alias) ==
	       CUSTOMER_FOUND;
}

int fetch_secret(struct opinia_snapshot *snap, const struct doc *d, struct arena *arena,
		 struct secret *out, bool *readable, struct err *err)
{
	struct seal_place place = { d->id, (uint32_t)doc_field(d, DOC_REVISION) };
	uint8_t key[KEY_BYTES], *plain;
	struct sv alias;
	bool opened;
	int rc;

	*out = (struct secret){ 0 };
	*readable = snap->store->has_key && !(d->flags & DOC_ERASED);
	if (!*readable || !(d->flags & DOC_SEALED))
		return 0;
	*readable = secret_key(snap, d, key, arena, &alias);
	if (!*readable)
		return txn_failed(&snap->txn, err);
	plain = arena_take(arena, SEAL_HEAD + d->sealed.n);
	if (!snap->packing)
		snap->packing = packing_new(snap->store->packer);
	if (!plain || !snap->packing)
		return err_set(err, ERR_SYSTEM, "out of memory");
	opened = seal_open(key, &place, doc_field(d, DOC_CONTENT), d->sealed, plain);
	sodium_memzero(key, sizeof(key));
	if (!opened)
		return err_set(err, ERR_INPUT, "the words of record %u do not open",
			       d->id);
	rc = secret_read(
		(struct sv){ (char *)plain + SEAL_HEAD, d->sealed.n - SEAL_EXTRA },
		snap->packing, arena, out, err);
	if (!rc && out->customer_known) /* behind the two bytes of its kind */
		out->customer = sv_sub(alias, 2, alias.n);
	return rc;
}

/* ---- names ------------------------------------------------------------------------- */

static struct sv named(struct opinia_snapshot *snap, const struct doc *d,
		       enum doc_field field, enum name_dim dim)
{
	return names_text(&snap->txn, dim, (uint32_t)doc_field(d, field));
}

static void fetch_attrs(struct opinia_snapshot *snap, const struct doc *d,
			struct record *r)
{
	r->attr_count = (uint8_t)doc_attr_count(d);
	for (unsigned i = 0; i < r->attr_count; i++) {
		struct sv rest = names_text(&snap->txn, NAME_ATTR, doc_attr(d, i));

		r->attrs[i].key = sv_cut(&rest, '=');
		r->attrs[i].value = rest;
	}
}

static void fetch_scores(const struct doc *d, const struct secret *s, struct record *r)
{
	r->score_count = (uint8_t)doc_score_count(d);
	for (unsigned i = 0; i < r->score_count; i++) {
		struct indexed_score x = doc_score(d, i);

		r->scores[i] = (struct score){ .kind = (enum score_kind)x.kind,
					       .value = x.value,
					       .min = x.min,
					       .max = x.max,
					       .low_is_good = x.low_is_good };
		if (i < s->question_count)
			r->scores[i].question = s->question[i];
	}
}

static void fetch_record(struct opinia_snapshot *snap, const struct doc *d,
			 const struct secret *s, struct arena *arena, struct record *r)
{
	record_init(r, doc_kind(d));
	r->source = named(snap, d, DOC_SOURCE, NAME_SOURCE);
	r->channel = doc_channel(d);
	r->occurred_at = doc_time(d, DOC_OCCURRED);
	r->asked_at = doc_time(d, DOC_ASKED);
	r->answered_at = doc_time(d, DOC_ANSWERED);
	r->agent = named(snap, d, DOC_AGENT, NAME_AGENT);
	r->team = named(snap, d, DOC_TEAM, NAME_TEAM);
	r->queue = named(snap, d, DOC_QUEUE, NAME_QUEUE);
	r->first_response_at = doc_time(d, DOC_FIRST_RESPONSE);
	r->resolved_at = doc_time(d, DOC_RESOLVED);
	r->escalated = doc_escalated(d);
	r->self_service = doc_self_service(d);
	r->reason = named(snap, d, DOC_REASON, NAME_REASON);
	r->delivery = doc_delivery(d);
	r->activity = named(snap, d, DOC_ACTIVITY, NAME_ACTIVITY);
	r->value_cents = (int64_t)doc_field(d, DOC_VALUE);
	fetch_attrs(snap, d, r);
	fetch_scores(d, s, r);
	r->external_id = s->external_id;
	r->interaction = s->interaction;
	r->customer = s->customer;
	r->origin = doc_has(d, DOC_ORIGIN)
			    ? origin_text(snap->store,
					  named(snap, d, DOC_ORIGIN, NAME_ORIGIN),
					  (uint32_t)doc_field(d, DOC_LINE), arena)
			    : s->origin;
	r->language = s->language;
	r->email = s->email;
	r->phone = s->phone;
	r->crm = s->crm;
	r->comment = s->comment;
}

/* ---- verdict ----------------------------------------------------------------------- */

/* TOPIC_NONE: a topic that today's taxonomy does not have. */
static uint16_t topic_index(struct opinia_snapshot *snap, uint16_t name)
{
	const struct taxonomy *t = snap->store->taxonomy;
	int i = t ? taxonomy_find(t, names_text(&snap->txn, NAME_TOPIC, name)) : -1;

	return i < 0 ? TOPIC_NONE : (uint16_t)i;
}

static uint8_t language_index(struct opinia_snapshot *snap, const struct doc *d)
{
	struct sv code = named(snap, d, DOC_LANGUAGE, NAME_LANGUAGE);

	for (uint8_t i = 0; i < snap->store->language_count; i++)
		if (sv_eq(snap->store->languages[i], code))
			return i;
	return 0;
}

static int fetch_verdict(struct opinia_snapshot *snap, const struct doc *d,
			 struct secret *s, struct arena *arena, struct verdict *v,
			 struct err *err)
{
	unsigned count = doc_topic_count(d), n = 0;
	uint16_t *places = arena_take(arena, (count + 1) * sizeof(*places));

	*v = (struct verdict){ .analyzed = d->flags & DOC_ANALYZED,
			       .language = language_index(snap, d),
			       .sentiment = (uint8_t)doc_sentiment(d),
			       .score = doc_verdict_score(d),
			       .conf = doc_verdict_conf(d),
			       .evidence = s->evidence,
			       .evidence_count = s->evidence_count,
			       .pii = s->pii,
			       .pii_count = s->pii_count };
	v->topics = arena_take(arena, (count + 1) * sizeof(*v->topics));
	if (!places || !v->topics)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (unsigned i = 0; i < count; i++) {
		struct doc_topic t = doc_topic(d, i);

		places[i] = topic_index(snap, t.name);
		if (places[i] != TOPIC_NONE)
			v->topics[n++] =
				(struct topic_verdict){ places[i], t.label, t.score };
	}
	v->topic_count = (uint16_t)n;
	for (unsigned i = 0; i < v->evidence_count; i++) {
		uint16_t place = v->evidence[i].topic;

		v->evidence[i].topic =
			place && place <= count ? places[place - 1] : TOPIC_NONE;
	}
	return 0;
}

static int fetch_doc(struct opinia_snapshot *snap, const struct doc *d,
		     struct arena *arena, struct opinia_stored *out, struct err *err)
{
	struct secret secret;
	int rc;

	*out = (struct opinia_stored){ .id = d->id,
				       .revision = (uint32_t)doc_field(d, DOC_REVISION),
				       .landed_at = doc_time(d, DOC_LANDED),
				       .content = doc_field(d, DOC_CONTENT),
				       .erased = d->flags & DOC_ERASED,
				       .contradiction = d->flags & DOC_CONTRADICTION };
	rc = fetch_secret(snap, d, arena, &secret, &out->readable, err);
	if (!rc)
		rc = fetch_verdict(snap, d, &secret, arena, &out->verdict, err);
	if (rc)
		return rc;
	fetch_record(snap, d, &secret, arena, &out->record);
	out->lexicon = named(snap, d, DOC_LEXICON, NAME_LEXICON);
	out->customer =
		customers_canonical(&snap->txn, (uint32_t)doc_field(d, DOC_CUSTOMER));
	return txn_failed(&snap->txn, err);
}

int opinia_fetch(struct opinia_snapshot *snap, uint32_t id, struct arena *arena,
		 struct opinia_stored *out, struct err *err)
{
	struct doc d;
	int rc = docs_read(&snap->txn, id, &d, err);

	return rc ? rc : fetch_doc(snap, &d, arena, out, err);
}

int opinia_fetch_past(struct opinia_snapshot *snap, uint32_t id, uint32_t revision,
		      struct arena *arena, struct opinia_stored *out, struct err *err)
{
	struct doc d;
	int rc = docs_past(&snap->txn, id, revision, &d, err);

	return rc ? rc : fetch_doc(snap, &d, arena, out, err);
}
