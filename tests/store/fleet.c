/* SPDX-License-Identifier: Apache-2.0 */
/* fleet.c: see fleet.h. */
#include "tests/store/fleet.h"

#include <inttypes.h>
#include <sodium.h>

static const struct topic_info topics[FLEET_TOPICS] = {
	{ .id = { "order.checkout", 14 } }, { .id = { "order.cancel", 12 } },
	{ .id = { "delivery.time", 13 } },  { .id = { "price.level", 11 } },
	{ .id = { "orders_old", 10 } },	    { .id = { "no_content", 10 } },
};
const struct taxonomy fleet_taxonomy = { topics, FLEET_TOPICS };
const struct sv fleet_languages[FLEET_LANGUAGES] = { { "und", 3 },
						     { "ro", 2 },
						     { "pl", 2 } };
const int64_t fleet_now = 1772500000000; /* 2026-03-03 */

static const char *const agents[] = { "Ana P.", "Ion", "Zofia, K.", "ion" };
static const char *const teams[] = { "l1", "l2" };
static const char *const plans[] = { "pro", "free", "pro plus" };
static const char *const words[] = { "nu",     "merge",	   "plata",	"plată",
				     "mașina", "masini",   "ŢARA",	"bine",
				     "foarte", "curierul", "întârziat", "szybko" };
enum { WORDS = sizeof(words) / sizeof(words[0]) };

static struct sv text(struct fleet *f, const char *fmt, unsigned n)
{
	return sv_of(arena_printf(&f->arena, fmt, n));
}

/* ---- records --------------------------------------------------------------------- */

static void some_scores(struct record *r)
{
	static const enum score_kind kinds[] = { SCORE_CSAT, SCORE_CSAT, SCORE_NPS,
						 SCORE_CES1, SCORE_CES2, SCORE_FCR };
	unsigned n = chance(4);

	for (unsigned i = 0; i < n; i++) {
		struct score s = score_preset(kinds[chance(6)]);

		if (s.kind == SCORE_CSAT && chance(5) == 0)
			s = (struct score){ .kind = SCORE_CSAT, .min = 1, .max = 10 };
		s.value = (int16_t)(s.min + (int)chance((uint32_t)(s.max - s.min) + 1));
		r->scores[r->score_count++] = s;
	}
}

static void some_comment(struct fleet *f, struct record *r, struct verdict *v)
{
	struct buf b;
	unsigned used = 0, n = chance(3) ? 1 + chance(6) : 0;

	buf_init(&b, 0);
	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, i ? " %s" : "%s", words[chance(WORDS)]);
	cr_assert(arena_copy(&f->arena, buf_sv(&b), &r->comment));
	buf_release(&b);
	if (!n)
		return;
	v->analyzed = true;
	v->language = (uint8_t)chance(FLEET_LANGUAGES);
	v->sentiment = (uint8_t)chance(SENTIMENT_COUNT);
	v->plain = (struct plain_verdict){
		.sentiment = chance(8) ? v->sentiment : (uint8_t)chance(SENTIMENT_COUNT),
		.score = chance(3) ? 900 : 699,
		.conf = chance(3) ? 700 : 690,
		.irony = chance(6) == 0,
	};
	if (v->plain.sentiment == SENTIMENT_NEG)
		v->plain.score = (int16_t)-v->plain.score;
	v->topics = arena_zero(&f->arena, FLEET_TOPICS, sizeof(*v->topics));
	for (unsigned i = chance(4); i > 0; i--) {
		uint16_t t = (uint16_t)chance(FLEET_TOPICS);

		if (used >> t & 1)
			continue;
		used |= 1u << t;
		v->topics[v->topic_count++] =
			(struct topic_verdict){ t, (uint8_t)chance(SENTIMENT_COUNT),
						100 };
	}
}

static void some_head(struct fleet *f, struct record *r, size_t i)
{
	r->source = chance(2) ? SV("shop") : SV("chat-ro");
	r->external_id = text(f, "x%u", (unsigned)i);
	r->channel = (enum channel)chance(CHANNEL_COUNT);
	r->interaction = text(f, "call-%u", (unsigned)i);
	if (chance(3))
		r->customer = text(f, "c%u@example.ro", chance(40));
	if (chance(4))
		r->agent = sv_of(agents[chance(4)]);
	if (chance(4))
		r->team = sv_of(teams[chance(2)]);
	if (chance(2))
		r->attrs[r->attr_count++] =
			(struct attr){ SV("plan"), sv_of(plans[chance(3)]) };
	if (chance(4) == 0)
		r->attrs[r->attr_count++] =
			(struct attr){ SV("release"), text(f, "%u", chance(3)) };
	r->asked_at = fleet_now - (int64_t)chance(120) * MS_DAY - chance(MS_DAY);
	if (chance(5))
		r->answered_at = r->asked_at + (int64_t)chance(3 * MS_DAY);
	if (chance(50) == 0) /* the same instant for several */
		r->answered_at = fleet_now - 10ll * MS_DAY;
}

static void know(struct fleet *f, struct sv name)
{
	for (size_t i = 0; i < f->name_count; i++)
		if (sv_eq(f->names[i], name))
			return;
	f->names[f->name_count++] = name;
}

void fleet_record(struct fleet *f, size_t i, enum record_kind kind)
{
	struct record *r = &f->records[i];
	struct verdict *v = &f->verdicts[i];

	record_init(r, kind);
	memset(v, 0, sizeof(*v));
	some_head(f, r, i);
	switch (kind) {
	case KIND_FEEDBACK:
		some_scores(r);
		some_comment(f, r, v);
		if (!r->score_count && !r->comment.n)
			r->scores[r->score_count++] = (struct score){
				.kind = SCORE_NPS, .value = 9, .min = 0, .max = 10
			};
		break;
	case KIND_INTERACTION:
		r->occurred_at = r->asked_at;
		r->escalated = (enum tri)chance(3);
		r->reason = chance(2) ? SV("refund") : SV("delay");
		break;
	case KIND_INVITATION:
		r->delivery = (enum delivery)chance(4);
		break;
	default:
		r->occurred_at = r->asked_at;
		r->customer = text(f, "c%u@example.ro", chance(40));
		r->activity = chance(2) ? SV("login") : SV("purchase");
		break;
	}
}

struct opinia_prepared *fleet_prepare(struct fleet *f, const size_t *which, size_t n,
				      struct sv note, struct sv value)
{
	struct opinia_prepared *p;
	struct err err = ERR_NONE;
	struct verdict *v = calloc(n, sizeof(*v));

	batch_reset(&f->batch);
	f->batch.note_key = note;
	f->batch.note_value = value;
	for (size_t i = 0; i < n; i++) {
		struct record *r = batch_add(&f->batch, f->records[which[i]].kind);

		cr_assert_not_null(r);
		*r = f->records[which[i]];
		v[i] = f->verdicts[which[i]];
		know(f, r->agent);
		know(f, r->team);
		cr_assert_eq(record_check(r, &err), 0, "%s", err.text);
	}
	cr_assert_eq(
		opinia_store_prepare(f->store, &f->batch, v, SV("sha256:test"), &p, &err),
		0, "%s", err.text);
	free(v);
	return p;
}

struct opinia_landing fleet_land(struct fleet *f, const size_t *which, size_t n)
{
	const struct sv none = { NULL, 0 };
	struct opinia_prepared *p = fleet_prepare(f, which, n, none, none);
	struct opinia_landing done;
	struct err err = ERR_NONE;

	cr_assert_eq(opinia_store_land(f->store, p, &done, &err), 0, "%s", err.text);
	cr_assert_eq(done.added + done.revised + done.unchanged + done.refused, n);
	opinia_prepared_free(p);
	return done;
}

static void land_all(struct fleet *f)
{
	size_t which[2000], batch = 2000;

	for (size_t i = 0; i < f->count;) {
		size_t n = 0, limit = f->count > 10000 ? batch : 1 + chance(300);

		for (; n < limit && i < f->count; n++, i++) {
			uint32_t dice = chance(20);

			which[n] = i;
			fleet_record(f, i,
				     dice > 4	 ? KIND_FEEDBACK
				     : dice > 2	 ? KIND_INTERACTION
				     : dice == 2 ? KIND_INVITATION
						 : KIND_ACTIVITY);
		}
		fleet_land(f, which, n);
		n = 0; /* some come again, changed */
		for (size_t k = chance(40); k < i && n < 100;
		     k += 1 + chance((uint32_t)f->count / 10))
			which[n++] = k;
		for (size_t k = 0; k < n; k++) {
			struct sv source = f->records[which[k]].source;

			fleet_record(f, which[k], f->records[which[k]].kind);
			f->records[which[k]].source = source;
		}
		if (n)
			fleet_land(f, which, n);
	}
}

void fleet_begin(struct fleet *f, size_t room)
{
	const struct opinia_store_options opt = { .taxonomy = &fleet_taxonomy,
						  .languages = fleet_languages,
						  .language_count = FLEET_LANGUAGES,
						  .words = { .words = toy_words } };
	struct err err = ERR_NONE;
	char *path;

	memset(f, 0, sizeof(*f));
	cr_assert_geq(sodium_init(), 0);
	arena_init(&f->arena, 0);
	/* nothing of it is about the disk, and memory does not make one wait */
	snprintf(f->dir, sizeof(f->dir), "%s/opinia-fleet-XXXXXX",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	cr_assert_not_null(mkdtemp(f->dir));
	path = arena_printf(&f->arena, "%s/store", f->dir);
	f->opt = opt;
	f->opt.dir = path;
	cr_assert_eq(zone_open(&f->zone, "Europe/Bucharest", &err), 0, "%s", err.text);
	cr_assert_eq(opinia_store_init(&f->opt, "Europe/Bucharest", &err), 0, "%s",
		     err.text);
	cr_assert_eq(opinia_store_open(&f->store, &f->opt, &err), 0, "%s", err.text);
	f->records = calloc(room + FLEET_STRAYS, sizeof(*f->records));
	f->verdicts = calloc(room + FLEET_STRAYS, sizeof(*f->verdicts));
	f->strays = room;
	batch_init(&f->batch);
	f->room = calloc(FLEET_GROUPS, sizeof(*f->room));
}

void fleet_open(struct fleet *f, size_t count)
{
	fleet_begin(f, count);
	f->count = count;
	land_all(f);
}

void fleet_close(struct fleet *f)
{
	char command[100];

	opinia_store_close(f->store);
	zone_close(f->zone);
	batch_release(&f->batch);
	arena_release(&f->arena);
	free(f->records);
	free(f->verdicts);
	free(f->room);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	cr_assert_eq(system(command), 0);
}

struct filter *fleet_parse(struct fleet *f, const char *typed)
{
	struct opinia_filter_env env = { fleet_now, f->zone, &fleet_taxonomy };
	struct err err = ERR_NONE;
	struct filter *out = NULL;

	cr_assert_eq(opinia_filter_parse(sv_of(typed), &env, &f->arena, &out, &err), 0,
		     "[%s] %s", typed, err.text);
	return out;
}

/* ---- filters by chance ----------------------------------------------------------- */

/* clang-format off */
static const char *const terms[] = {
	"topic:order", "topic:order.checkout", "topic:delivery.time,price.level", "topic:no_content",
	"complaint:order", "complaint:price.level", "praise:delivery.time,order.cancel",
	"sentiment:neg", "sentiment:pos,mixed", "channel:phone", "channel:chat,email,web",
	"lang:ro", "lang:pl,und", "lang:de", "agent:\"Ana P.\"", "agent:Ion", "agent:ION", "agent:\"Zofia, K.\",ion",
	"agent:nobody", "team:l1", "source:shop", "source:shop,chat-ro", "reason:refund", "activity:login",
	"attr.plan:pro", "attr.plan:\"pro plus\",free", "attr.release:1", "attr.nothing:1",
	"delivery:bounced", "delivery:delivered,offered", "escalated:yes", "escalated:no,yes",
	"csat:<3", "csat:5,1", "nps:0..6", "nps:9..", "ces:..3", "ces1:2", "ces2:>4", "fcr:yes",
	"has:comment", "has:score", "has:nps", "has:customer", "has:topic", "has:agent", "has:attr.plan",
	"has:ces,fcr", "has:reason", "is:contradiction", "is:no_content", "id:100..900", "id:5,17,2000..",
	"customer:c7@example.ro", "customer:c8@example.ro,c9@example.ro", "customer:nobody@example.ro",
	"since:30d", "until:30d", "since:60d until:30d", "day:last-month", "day:2026-01-05",
	"day:2026-01-05,2026-02-01..2026-02-03", "since:2030-01-01",
	"merge", "plată", "=plata", "=masini", "mașini", "\"nu merge\"", "\"nu merge plata\"", "text:nu,bine",
	"text:\"foarte bine\",=szybko", "tara", "nimic", "\"merge nu\"",
	"kind:feedback", "kind:interaction", "kind:invitation,activity", "kind:feedback,interaction",
};
/* clang-format on */

const char *fleet_filter(struct fleet *f)
{
	struct buf b;
	struct sv out;
	unsigned n = 1 + chance(4);

	buf_init(&b, 0);
	for (unsigned i = 0; i < n; i++) {
		const char *t = terms[chance(sizeof(terms) / sizeof(terms[0]))];

		/* One of two terms that are typed as one is not to be negated. */
		buf_printf(&b, "%s%s%s", i ? " " : "",
			   chance(4) || strchr(t, ' ') ? "" : "-", t);
	}
	cr_assert(arena_copy(&f->arena, buf_sv(&b), &out));
	buf_release(&b);
	return out.p;
}
