/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_doc.c: a document's bytes are what the format page says, and no other bytes are
 * believed.
 */
#include <criterion/criterion.h>

#include "store/doc.h"
#include "store/keys.h"
#include "store/letters.h"
#include "store/packer.h"
#include "store/secret.h"
#include "tests/store/kit.h"

static struct doc_fields sample(void)
{
	struct doc_fields f = { .kind = KIND_FEEDBACK,
				.channel = CHANNEL_EMAIL,
				.sentiment = SENTIMENT_POS,
				.escalated = TRI_YES,
				.flags = DOC_ANALYZED | DOC_COMMENTED };

	doc_set(&f, DOC_SOURCE, 0x0102);
	doc_set_time(&f, DOC_ANSWERED, -5);
	doc_set(&f, DOC_CUSTOMER, 9);
	doc_set(&f, DOC_AGENT, 0x030405);
	doc_set(&f, DOC_SCORES, 1);
	doc_set(&f, DOC_TOPICS, 1);
	doc_set(&f, DOC_ATTRS, 1);
	f.scores[0] = (struct indexed_score){ SCORE_NPS, false, 9, 0, 10 };
	f.topics[0] = (struct doc_topic){ 7, SENTIMENT_NEG, -1000 };
	f.attrs[0] = 0xaabbcc;
	return f;
}

/* The golden bytes of format 1, without their sum. */
static const uint8_t golden[] = {
	0x01,				    /* version                            */
	0x88,				    /* kind 0, channel 1, sentiment 2     */
	0x03, 0x08,			    /* analyzed, commented; escalated yes */
	0x86, 0x20, 0x00, 0x07,		    /* mask                               */
	0x02, 0x01,			    /* source                             */
	0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, /* answered                           */
	0x09, 0x00, 0x00, 0x00,		    /* customer                           */
	0x05, 0x04, 0x03,		    /* agent                              */
	0x01, 0x01, 0x01,		    /* one score, topic, attribute        */
	0xa1, 0x00, 0x00, 0x09,		    /* nps 0..10, 9                       */
	0x07, 0x00, 0x00, 0x00,		    /* topic 7, neg, -1.0                 */
	0xcc, 0xbb, 0xaa, 0x00,
};

static void every_field_comes_back_and_absent_ones_are_absent(void)
{
	struct doc_fields f = sample();
	struct err err = ERR_NONE;
	struct indexed_score s;
	struct doc_topic t;
	uint8_t out[200];
	struct doc d;

	doc_encode(&f, 3, (struct sv){ 0 }, out);
	cr_assert_eq(
		doc_view((struct sv){ (char *)out, doc_fixed_bytes(&f) }, 3, &d, &err), 0,
		"%s", err.text);
	cr_expect(doc_kind(&d) == KIND_FEEDBACK && doc_channel(&d) == CHANNEL_EMAIL);
	cr_expect(doc_escalated(&d) == TRI_YES && doc_sentiment(&d) == SENTIMENT_POS);
	cr_expect_eq(doc_field(&d, DOC_AGENT), 0x030405);
	cr_expect_eq(doc_time(&d, DOC_ANSWERED), -5);
	cr_expect_eq(doc_clock(&d), -5);
	cr_expect_eq(doc_time(&d, DOC_ASKED), TIME_NONE);
	cr_expect_eq(doc_field(&d, DOC_TEAM), 0);
	s = doc_score(&d, 0);
	cr_expect(s.kind == SCORE_NPS && s.value == 9 && s.min == 0 && s.max == 10);
	t = doc_topic(&d, 0);
	cr_expect(t.name == 7 && t.label == SENTIMENT_NEG && t.score == -1000);
	cr_expect_eq(doc_attr(&d, 0), 0xaabbcc);
}

Test(doc, the_bytes_are_those_of_the_format_page)
{
	struct doc_fields f = sample();
	uint8_t out[200];

	cr_assert_eq(doc_fixed_bytes(&f), sizeof(golden) + 4);
	doc_encode(&f, 3, (struct sv){ 0 }, out);
	for (size_t i = 0; i < sizeof(golden); i++)
		cr_expect_eq(out[4 + i], golden[i], "byte %zu is %02x", i + 4,
			     out[4 + i]);
	cr_expect_eq(le_get(out, 4), sum32(golden, sizeof(golden), 3ULL << 32));
	every_field_comes_back_and_absent_ones_are_absent();
}

Test(doc, any_flipped_bit_any_cut_and_a_wrong_number_are_seen)
{
	struct doc_fields f = sample();
	uint8_t out[200];
	size_t n = doc_fixed_bytes(&f);
	struct doc d;

	doc_encode(&f, 3, (struct sv){ 0 }, out);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		out[bit / 8] = (uint8_t)(out[bit / 8] ^ 1U << bit % 8);
		cr_expect_eq(doc_view((struct sv){ (char *)out, n }, 3, &d, NULL),
			     ERR_INPUT, "bit %zu", bit);
		out[bit / 8] = (uint8_t)(out[bit / 8] ^ 1U << bit % 8);
	}
	for (size_t cut = 0; cut < n; cut++)
		cr_expect_eq(doc_view((struct sv){ (char *)out, cut }, 3, &d, NULL),
			     ERR_INPUT);
	cr_expect_eq(doc_view((struct sv){ (char *)out, n }, 4, &d, NULL), ERR_INPUT);
	cr_expect_eq(doc_view((struct sv){ (char *)out, n }, 3, &d, NULL), 0);
}

/* Is @text what it was after packing, also when it stands at the end of what may be read? */
static void letters_come_back(const struct letters *l, struct sv text, size_t at_most)
{
	uint8_t packed[5000], *exact;
	char out[2000];
	size_t n = letters_pack(l, text, packed, sizeof(packed));

	cr_assert(text.n <= sizeof(out));
	cr_expect_leq(n, at_most, "%zu bytes of %zu", n, text.n);
	exact = malloc(n + 1);
	memcpy(exact, packed, n);
	letters_unpack(l, (struct sv){ (char *)exact, n }, out, text.n);
	cr_expect(!text.n || !memcmp(out, text.p, text.n));
	if (n)
		cr_expect_eq(letters_pack(l, text, packed, n - 1), 0, "no room");
	letters_unpack(l, (struct sv){ (char *)exact, n / 2 }, out, text.n);
	free(exact);
}

Test(letters, any_bytes_come_back_and_sentences_become_small)
{
	static const char *const sentences[] = {
		"Nu am primit nici un raspuns de la voi si coletul tot nu a ajuns.",
		"Obsługa bardzo miła, ale na zwrot pieniędzy czekam już drugi tydzień.",
		"The courier was friendly but the box was open when it arrived.",
	};
	struct kit_random rnd = { 3 };
	struct letters *l;
	char bytes[2000];
	struct arena a;
	struct sv dictionary;

	arena_init(&a, 0);
	cr_assert_eq(packer_train(&a, &dictionary, NULL), 0);
	l = letters_new(dictionary);
	for (unsigned i = 0; i < 3; i++)
		letters_come_back(l, sv_of(sentences[i]), sv_of(sentences[i]).n * 2 / 3);
	letters_come_back(l, (struct sv){ 0 }, 0);
	for (unsigned round = 0; round < 600; round++) {
		size_t n = kit_below(&rnd, round % 20 ? 40 : sizeof(bytes));
		unsigned kinds = 1 + kit_below(&rnd, 256);

		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)kit_below(&rnd, kinds);
		letters_come_back(l, (struct sv){ bytes, n }, 2 * n + 4);
	}
	memset(bytes, 0xff, sizeof(bytes)); /* carries upon carries */
	letters_come_back(l, (struct sv){ bytes, sizeof(bytes) }, 4000);
	letters_free(l);
	l = letters_new((struct sv){ 0 });
	letters_come_back(l, sv_of(sentences[0]), 80);
	letters_free(l);
	arena_release(&a);
}

enum { PIECES = 12 };

/* Spans on words, across them, beside them, empty ones, backwards; usual and odd weights. */
static struct evidence some_piece(struct kit_random *rnd, size_t n)
{
	uint32_t start = kit_below(rnd, (uint32_t)n + 1);
	struct evidence e = {
		.span = { start, start + kit_below(rnd, (uint32_t)(n - start) + 1) },
		.base = kit_below(rnd, 3) ? 100 * (int32_t)(kit_below(rnd, 100)) - 5000
					  : (int32_t)kit_below(rnd, 1 << 20) - (1 << 19),
		.rules = kit_below(rnd, 2) ? 1U << kit_below(rnd, 32)
					   : kit_below(rnd, 70000),
		.topic = kit_below(rnd, 2) ? TOPIC_NONE
					   : (uint16_t)(3 + kit_below(rnd, 2)),
		.clause = (uint16_t)kit_below(rnd, 9)
	};

	if (!kit_below(rnd, 4))
		e.span = (struct span){ (uint32_t)n, (uint32_t)n };
	if (!kit_below(rnd, 4))
		e.rules = 0;
	if (!kit_below(rnd, 3))
		e.base = 1000;
	e.weight = kit_below(rnd, 3) ? e.base : -e.base / 2;
	return e;
}

/* As a batch has it made: behind what stands in @out. */
static void plaintext(const struct record *r, const struct verdict *v,
		      const struct secret_known *known, struct packing *w,
		      struct buf *out)
{
	struct buf bits;

	buf_init(&bits, 0);
	buf_clear(packing_text(w));
	secret_write(r, v, known, &bits, packing_text(w));
	buf_clear(out);
	secret_pack(w, buf_sv(&bits), buf_sv(packing_text(w)), out);
	buf_release(&bits);
}

Test(secret, every_kind_of_evidence_comes_back)
{
	static const char *const texts[] = { "", "a", "Nu merge, dar bine… 😀 nu!", "  - ",
					     "foarte foarte bun,bun" };
	struct topic_verdict topics[] = { { .topic = 3 }, { .topic = 4 } };
	struct secret_known known = { .origin = false };
	struct kit_random rnd = { 8 };
	struct evidence e[PIECES];
	struct sv dictionary;
	struct packer *packer;
	struct packing *w;
	struct record r;
	struct secret s;
	struct arena a;
	struct buf b;

	arena_init(&a, 0);
	buf_init(&b, 0);
	cr_assert_eq(packer_train(&a, &dictionary, NULL), 0);
	packer = packer_new(dictionary);
	w = packing_new(packer);
	for (unsigned round = 0; round < 3000; round++) {
		struct verdict v = { .evidence = e,
				     .evidence_count =
					     (uint16_t)kit_below(&rnd, PIECES + 1),
				     .topics = topics,
				     .topic_count = 2 };

		record_init(&r, KIND_FEEDBACK);
		r.comment = sv_of(texts[round % 5]);
		for (unsigned i = 0; i < v.evidence_count; i++)
			e[i] = some_piece(&rnd, r.comment.n);
		plaintext(&r, &v, &known, w, &b);
		cr_assert_eq(secret_read(buf_sv(&b), w, &a, &s, NULL), 0);
		cr_assert(sv_eq(s.comment, r.comment) &&
			  s.evidence_count == v.evidence_count);
		for (unsigned i = 0; i < v.evidence_count; i++) {
			unsigned topic = e[i].topic == TOPIC_NONE ? 0 : e[i].topic - 2U;

			cr_assert(s.evidence[i].span.start == e[i].span.start &&
				  s.evidence[i].span.end == e[i].span.end);
			cr_assert(s.evidence[i].weight == e[i].weight &&
				  s.evidence[i].base == e[i].base &&
				  s.evidence[i].rules == e[i].rules &&
				  s.evidence[i].clause == e[i].clause &&
				  s.evidence[i].topic == topic);
		}
	}
	packing_free(w);
	packer_free(packer);
	buf_release(&b);
	arena_release(&a);
}

Test(secret, words_and_spans_come_back_and_damage_never_reads_outside)
{
	struct evidence e = { .span = { 5, 9 },
			      .weight = -70000,
			      .base = 3,
			      .rules = 1U << 15,
			      .topic = TOPIC_NONE };
	struct pii p = { PII_IBAN, { 1, 2 } };
	struct secret_known known = { .origin = false };
	struct verdict v = {
		.evidence = &e, .evidence_count = 1, .pii = &p, .pii_count = 1
	};
	struct arena a;
	struct sv dictionary;
	struct packer *packer;
	struct packing *w;
	struct secret s;
	struct record r;
	struct buf b;

	arena_init(&a, 0);
	buf_init(&b, 0);
	cr_assert_eq(packer_train(&a, &dictionary, NULL), 0);
	packer = packer_new(dictionary);
	w = packing_new(packer);
	record_init(&r, KIND_FEEDBACK);
	r.external_id = SV("17");
	r.comment = SV(
		"Livrarea a intarziat si nu am primit banii inapoi, foarte dezamagita");
	plaintext(&r, &v, &known, w, &b);
	cr_expect(b.n < r.comment.n, "%zu bytes: it is packed", b.n);
	cr_assert_eq(secret_read(buf_sv(&b), w, &a, &s, NULL), 0);
	cr_expect(sv_eq(s.comment, r.comment) && sv_eq(s.external_id, SV("17")));
	cr_expect(s.evidence[0].weight == -70000 && s.evidence[0].base == 3);
	cr_expect(s.evidence[0].span.end == 9 && s.pii[0].kind == PII_IBAN);
	for (size_t i = 0; i < b.n; i++) {
		char *cut = malloc(
			i + 1); /* a block of its own, so that ASan sees each byte */

		memcpy(cut, b.p, i);
		secret_read((struct sv){ cut, i }, w, &a, &s, NULL);
		free(cut);
		for (unsigned bit = 0; bit < 8; bit++) {
			b.p[i] = (char)(b.p[i] ^ 1 << bit);
			secret_read(buf_sv(&b), w, &a, &s, NULL);
			b.p[i] = (char)(b.p[i] ^ 1 << bit);
		}
	}
	packing_free(w);
	packer_free(packer);
	buf_release(&b);
	arena_release(&a);
}
