/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc.c: reading and writing a document's bytes, see doc.h.
 *
 * A field's place is 12 plus the widths of the mask's lower bits: a handful of additions.
 */
#include "store/doc.h"

#include <string.h>

#include "store/crypto.h"
#include "store/keys.h"

const uint8_t doc_widths[32] = {
	[DOC_REVISION] = 4, [DOC_SOURCE] = 2,	      [DOC_ANSWERED] = 6,
	[DOC_OCCURRED] = 6, [DOC_ASKED] = 6,	      [DOC_LANDED] = 6,
	[DOC_FALLBACK] = 6, [DOC_CUSTOMER] = 4,	      [DOC_INTERACTION] = 8,
	[DOC_CONTENT] = 5,  [DOC_LEXICON] = 2,	      [DOC_LANGUAGE] = 1,
	[DOC_VERDICT] = 4,  [DOC_AGENT] = 3,	      [DOC_TEAM] = 3,
	[DOC_QUEUE] = 3,    [DOC_FIRST_RESPONSE] = 6, [DOC_RESOLVED] = 6,
	[DOC_REASON] = 3,   [DOC_ACTIVITY] = 3,	      [DOC_VALUE] = 8,
	[DOC_EMAIL] = 4,    [DOC_PHONE] = 4,	      [DOC_CRM] = 4,
	[DOC_SCORES] = 1,   [DOC_TOPICS] = 1,	      [DOC_ATTRS] = 1,
	[DOC_ORIGIN] = 3,   [DOC_LINE] = 4,
};

enum { FLAG_BITS = 0xff, DELIVERY_AT = 8, ESCALATED_AT = 10, SELF_AT = 12 };

static unsigned width_of(uint32_t mask)
{
	unsigned n = 0;

	for (; mask; mask &= mask - 1)
		n += doc_widths[__builtin_ctz(mask)];
	return n;
}

static unsigned place_of(const struct doc *d, enum doc_field f)
{
	return DOC_HEAD_BYTES + width_of(d->mask & ((1U << f) - 1));
}

/* ---- reading ----------------------------------------------------------------------- */

uint64_t doc_field(const struct doc *d, enum doc_field f)
{
	return doc_has(d, f) ? le_get(d->p + place_of(d, f), doc_widths[f]) : 0;
}

int64_t doc_time(const struct doc *d, enum doc_field f)
{
	uint64_t v;

	if (!doc_has(d, f))
		return TIME_NONE;
	v = doc_field(d, f);
	return (int64_t)(v << 16) >> 16; /* 48 bits with their sign */
}

static size_t arrays_at(const struct doc *d)
{
	return DOC_HEAD_BYTES + width_of(d->mask);
}

static uint64_t doc_sum_seed(uint32_t id, uint64_t revision)
{
	return (uint64_t)id << 32 | revision;
}

bool doc_sound(const struct doc *d)
{
	if (doc_kind(d) >= KIND_COUNT || doc_channel(d) >= CHANNEL_COUNT)
		return false;
	if (doc_escalated(d) > TRI_YES || doc_self_service(d) > TRI_YES)
		return false;
	if (doc_score_count(d) > RECORD_SCORES_MAX ||
	    doc_attr_count(d) > RECORD_ATTRS_MAX ||
	    doc_topic_count(d) > VERDICT_TOPICS_MAX)
		return false;
	if (d->flags & DOC_SEALED ? d->sealed.n < SEAL_EXTRA : d->sealed.n > 0)
		return false;
	for (unsigned i = 0; i < doc_score_count(d); i++) {
		struct indexed_score s = doc_score(d, i);

		if (s.kind >= SCORE_KINDS || s.value > s.max || s.value < s.min ||
		    s.max - s.min >= SCORE_POINTS_MAX)
			return false;
	}
	return true;
}

void doc_take(struct doc *d, const uint8_t *fixed, size_t n)
{
	memcpy(d->p, fixed, n);
	d->n = (uint16_t)n;
	d->mask = (uint32_t)le_get(fixed + DOC_AT_MASK, 4);
	d->flags = (uint16_t)le_get(fixed + DOC_AT_FLAGS, 2);
}

/* The head and the fields of @bytes into @d, if they are all there. */
static bool view_fixed(struct sv bytes, struct doc *d)
{
	size_t end;

	if (bytes.n < DOC_HEAD_BYTES || (uint8_t)bytes.p[DOC_AT_VERSION] != DOC_VERSION)
		return false;
	d->mask = (uint32_t)le_get(bytes.p + DOC_AT_MASK, 4);
	end = DOC_HEAD_BYTES + width_of(d->mask);
	if (d->mask >> DOC_FIELDS || end > bytes.n)
		return false;
	doc_take(d, (const uint8_t *)bytes.p, end);
	end += DOC_ITEM *
	       ((size_t)doc_score_count(d) + doc_topic_count(d) + doc_attr_count(d));
	if (end > bytes.n || end > DOC_FIXED_MAX)
		return false;
	doc_take(d, (const uint8_t *)bytes.p, end);
	d->sealed = (struct sv){ bytes.p + end, bytes.n - end };
	return true;
}

int doc_view(struct sv bytes, uint32_t id, struct doc *out, struct err *err)
{
	*out = (struct doc){ .id = id };
	if (!view_fixed(bytes, out))
		return err_set(err, ERR_INPUT, "document %u is damaged (fields)", id);
	if (le_get(bytes.p, 4) != sum32(bytes.p + 4, bytes.n - 4,
					doc_sum_seed(id, doc_field(out, DOC_REVISION))))
		return err_set(err, ERR_INPUT, "document %u is damaged (checksum)", id);
	if (!doc_sound(out))
		return err_set(err, ERR_INPUT, "document %u is damaged (values)", id);
	return 0;
}

int64_t doc_clock(const struct doc *d)
{
	static const enum doc_field order[] = { DOC_ANSWERED, DOC_OCCURRED, DOC_ASKED,
						DOC_FALLBACK };

	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (doc_has(d, order[i]))
			return doc_time(d, order[i]);
	return doc_has(d, DOC_LANDED) ? doc_time(d, DOC_LANDED) : 0;
}

enum record_kind doc_kind(const struct doc *d)
{
	return (enum record_kind)(d->p[DOC_AT_KIND] & 7);
}

enum channel doc_channel(const struct doc *d)
{
	return (enum channel)(d->p[DOC_AT_KIND] >> 3 & 7);
}

enum sentiment doc_sentiment(const struct doc *d)
{
	return (enum sentiment)(d->p[DOC_AT_KIND] >> 6);
}

enum delivery doc_delivery(const struct doc *d)
{
	return (enum delivery)(d->flags >> DELIVERY_AT & 3);
}

enum tri doc_escalated(const struct doc *d)
{
	return (enum tri)(d->flags >> ESCALATED_AT & 3);
}

enum tri doc_self_service(const struct doc *d)
{
	return (enum tri)(d->flags >> SELF_AT & 3);
}

int16_t doc_verdict_score(const struct doc *d)
{
	return (int16_t)(uint16_t)doc_field(d, DOC_VERDICT);
}

int16_t doc_verdict_conf(const struct doc *d)
{
	return (int16_t)(uint16_t)(doc_field(d, DOC_VERDICT) >> 16);
}

/* ---- arrays ------------------------------------------------------------------------ */

unsigned doc_score_count(const struct doc *d)
{
	return (unsigned)doc_field(d, DOC_SCORES);
}

unsigned doc_topic_count(const struct doc *d)
{
	return (unsigned)doc_field(d, DOC_TOPICS);
}

unsigned doc_attr_count(const struct doc *d)
{
	return (unsigned)doc_field(d, DOC_ATTRS);
}

static uint32_t doc_item(const struct doc *d, unsigned i)
{
	return (uint32_t)le_get(d->p + arrays_at(d) + (size_t)DOC_ITEM * i, DOC_ITEM);
}

static struct indexed_score score_of(uint32_t v)
{
	struct indexed_score s = { .kind = v & 7, .low_is_good = v >> 3 & 1 };

	s.min = (int16_t)(uint16_t)(v >> 8);
	s.max = (int16_t)(s.min + (int)(v >> 4 & 15));
	s.value = (int16_t)(s.min + (int)(v >> 24));
	return s;
}

struct indexed_score doc_score(const struct doc *d, unsigned i)
{
	return score_of(doc_item(d, i));
}

struct doc_topic doc_topic(const struct doc *d, unsigned i)
{
	uint32_t v = doc_item(d, doc_score_count(d) + i);

	return (struct doc_topic){ .name = (uint16_t)v,
				   .label = v >> 16 & 3,
				   .score = (int16_t)((int)(v >> 18 & 4095) - 1000) };
}

uint32_t doc_attr(const struct doc *d, unsigned i)
{
	return doc_item(d, doc_score_count(d) + doc_topic_count(d) + i);
}

/* ---- what is counted --------------------------------------------------------------- */

_Static_assert(DOC_HEAD_BYTES + 8 * DOC_FIELDS <= DOC_FIXED_MAX, "eight bytes are there");

/* All fields at once: whoever wants most of them need not count the mask for each. */
static const uint8_t *all_fields(const struct doc *d, uint64_t v[DOC_FIELDS])
{
	const uint8_t *p = d->p + DOC_HEAD_BYTES;

	memset(v, 0, DOC_FIELDS * sizeof(*v));
	for (uint32_t m = d->mask; m; m &= m - 1) {
		unsigned f = (unsigned)__builtin_ctz(m);

		v[f] = le_get(p, 8) & (UINT64_MAX >> (64 - 8 * doc_widths[f]));
		p += doc_widths[f];
	}
	return p;
}

static void indexed_items(const uint8_t *p, struct indexed *out)
{
	for (unsigned i = 0; i < out->score_count; i++, p += DOC_ITEM)
		out->scores[i] = score_of((uint32_t)le_get(p, DOC_ITEM));
	for (unsigned i = 0; i < out->topic_count; i++, p += DOC_ITEM)
		out->topics[i] = (struct indexed_topic){ .topic = (uint32_t)le_get(p, 2),
							 .label = (uint8_t)(p[2] & 3) };
	for (unsigned i = 0; i < out->attr_count; i++, p += DOC_ITEM)
		out->attrs[i] = (uint32_t)le_get(p, DOC_ITEM);
}

/* What is behind the counts of @out is not set: it is a kilobyte. */
void doc_indexed(const struct doc *d, const struct zone *zone, struct indexed *out)
{
	uint64_t v[DOC_FIELDS];
	const uint8_t *items = all_fields(d, v);

	out->kind = (uint8_t)doc_kind(d);
	out->channel = (uint8_t)doc_channel(d);
	out->delivery = (uint8_t)doc_delivery(d);
	out->escalated = (uint8_t)doc_escalated(d);
	out->self_service = (uint8_t)doc_self_service(d);
	out->sentiment = (uint8_t)doc_sentiment(d);
	out->analyzed = d->flags & DOC_ANALYZED;
	out->commented = d->flags & DOC_COMMENTED;
	out->contradiction = d->flags & DOC_CONTRADICTION;
	out->no_content = d->flags & DOC_NO_CONTENT;
	out->erased = d->flags & DOC_ERASED;
	out->customer = doc_has(d, DOC_CUSTOMER);
	out->day = when_day(zone, doc_clock(d));
	out->language = (uint32_t)v[DOC_LANGUAGE];
	out->source = (uint32_t)v[DOC_SOURCE];
	out->agent = (uint32_t)v[DOC_AGENT];
	out->team = (uint32_t)v[DOC_TEAM];
	out->queue = (uint32_t)v[DOC_QUEUE];
	out->reason = (uint32_t)v[DOC_REASON];
	out->activity = (uint32_t)v[DOC_ACTIVITY];
	out->attr_count = (uint8_t)v[DOC_ATTRS];
	out->score_count = (uint8_t)v[DOC_SCORES];
	out->topic_count = (uint8_t)v[DOC_TOPICS];
	indexed_items(items, out);
}

static enum tri doc_fcr(const struct doc *d)
{
	if (d->flags & DOC_SEALED ? d->sealed.n < SEAL_EXTRA : d->sealed.n > 0)
		return false;
	for (unsigned i = 0; i < doc_score_count(d); i++) {
		struct indexed_score s = doc_score(d, i);

		if (s.kind == SCORE_FCR)
			return s.value == s.max ? TRI_YES : TRI_NO;
	}
	return TRI_UNKNOWN;
}

void doc_fact(const struct doc *d, struct opinia_fact *out)
{
	*out = (struct opinia_fact){
		.id = d->id,
		.kind = (uint8_t)doc_kind(d),
		.channel = (uint8_t)doc_channel(d),
		.delivery = (uint8_t)doc_delivery(d),
		.escalated = (uint8_t)doc_escalated(d),
		.self_service = (uint8_t)doc_self_service(d),
		.sentiment = (uint8_t)doc_sentiment(d),
		.fcr = (uint8_t)doc_fcr(d),
		.customer = (uint32_t)doc_field(d, DOC_CUSTOMER),
		.interaction = doc_field(d, DOC_INTERACTION),
		.occurred_at = doc_time(d, DOC_OCCURRED),
		.asked_at = doc_time(d, DOC_ASKED),
		.answered_at = doc_time(d, DOC_ANSWERED),
		.first_response_at = doc_time(d, DOC_FIRST_RESPONSE),
		.resolved_at = doc_time(d, DOC_RESOLVED),
		.value_cents = (int64_t)doc_field(d, DOC_VALUE),
	};
}

/* ---- writing ----------------------------------------------------------------------- */

void doc_set(struct doc_fields *f, enum doc_field field, uint64_t value)
{
	f->value[field] = value;
	if (value)
		f->mask |= 1U << field;
	else
		f->mask &= ~(1U << field);
}

void doc_set_time(struct doc_fields *f, enum doc_field field, int64_t ms)
{
	f->mask &= ~(1U << field);
	if (ms == TIME_NONE)
		return;
	f->value[field] = (uint64_t)ms;
	f->mask |= 1U << field;
}

static unsigned items_of(const struct doc_fields *f, enum doc_field field)
{
	return f->mask >> field & 1 ? (unsigned)f->value[field] : 0;
}

size_t doc_fixed_bytes(const struct doc_fields *f)
{
	return DOC_HEAD_BYTES + width_of(f->mask) +
	       (size_t)DOC_ITEM * (items_of(f, DOC_SCORES) + items_of(f, DOC_TOPICS) +
				   items_of(f, DOC_ATTRS));
}

uint32_t doc_scale(const struct indexed_score *s)
{
	return s->kind | (uint32_t)s->low_is_good << 3 |
	       (uint32_t)(s->max - s->min) << 4 | (uint32_t)(uint16_t)s->min << 8;
}

static uint8_t *encode_arrays(const struct doc_fields *f, uint8_t *to)
{
	for (unsigned i = 0; i < items_of(f, DOC_SCORES); i++, to += DOC_ITEM)
		le_set(to,
		       doc_scale(&f->scores[i]) |
			       (uint32_t)(f->scores[i].value - f->scores[i].min) << 24,
		       DOC_ITEM);
	for (unsigned i = 0; i < items_of(f, DOC_TOPICS); i++, to += DOC_ITEM)
		le_set(to,
		       f->topics[i].name | (uint32_t)f->topics[i].label << 16 |
			       (uint32_t)(f->topics[i].score + 1000) << 18,
		       DOC_ITEM);
	for (unsigned i = 0; i < items_of(f, DOC_ATTRS); i++, to += DOC_ITEM)
		le_set(to, f->attrs[i], DOC_ITEM);
	return to;
}

void doc_encode(const struct doc_fields *f, uint32_t id, struct sv sealed, uint8_t *out)
{
	uint8_t *to = out + DOC_HEAD_BYTES;
	unsigned flags = (f->flags & FLAG_BITS) | (unsigned)f->delivery << DELIVERY_AT |
			 (unsigned)f->escalated << ESCALATED_AT |
			 (unsigned)f->self_service << SELF_AT;

	out[DOC_AT_VERSION] = DOC_VERSION;
	out[DOC_AT_KIND] = (uint8_t)(f->kind | f->channel << 3 | f->sentiment << 6);
	le_set(out + DOC_AT_FLAGS,
	       sealed.n ? flags | DOC_SEALED : flags & ~(unsigned)DOC_SEALED, 2);
	le_set(out + DOC_AT_MASK, f->mask, 4);
	for (uint32_t m = f->mask; m; m &= m - 1) {
		unsigned field = (unsigned)__builtin_ctz(m);

		le_set(to, f->value[field], doc_widths[field]);
		to += doc_widths[field];
	}
	to = encode_arrays(f, to);
	if (sealed.n)
		memcpy(to, sealed.p, sealed.n);
	to += sealed.n;
	le_set(out,
	       sum32(out + 4, (size_t)(to - out) - 4,
		     doc_sum_seed(id, f->mask & 1 ? f->value[DOC_REVISION] : 0)),
	       4);
}

void doc_write(const struct doc *d, uint8_t *out)
{
	memcpy(out, d->p, d->n);
	if (d->sealed.n)
		memcpy(out + d->n, d->sealed.p, d->sealed.n);
	le_set(out,
	       sum32(out + 4, d->n + d->sealed.n - 4,
		     doc_sum_seed(d->id, doc_field(d, DOC_REVISION))),
	       4);
}

void doc_fields_of(const struct doc *d, struct doc_fields *f)
{
	*f = (struct doc_fields){ .mask = d->mask,
				  .kind = (uint8_t)doc_kind(d),
				  .channel = (uint8_t)doc_channel(d),
				  .sentiment = (uint8_t)doc_sentiment(d),
				  .delivery = (uint8_t)doc_delivery(d),
				  .escalated = (uint8_t)doc_escalated(d),
				  .self_service = (uint8_t)doc_self_service(d),
				  .flags = d->flags & FLAG_BITS };
	for (unsigned i = 0; i < DOC_FIELDS; i++)
		f->value[i] = doc_field(d, (enum doc_field)i);
	for (unsigned i = 0; i < doc_score_count(d); i++)
		f->scores[i] = doc_score(d, i);
	for (unsigned i = 0; i < doc_topic_count(d); i++)
		f->topics[i] = doc_topic(d, i);
	for (unsigned i = 0; i < doc_attr_count(d); i++)
		f->attrs[i] = doc_attr(d, i);
}
