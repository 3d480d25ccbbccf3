/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_doc.c: a document's bytes are what the format page says, and no other bytes are
 * believed.
 */
#include <criterion/criterion.h>

#include "store/doc.h"
#include "store/keys.h"
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

Test(secret, words_and_spans_come_back_and_damage_never_reads_outside)
{
	struct evidence e = { .span = { 5, 9 },
			      .weight = -70000,
			      .base = 3,
			      .rules = 1U << 15,
			      .topic = TOPIC_NONE };
	struct pii p = { PII_IBAN, { 1, 2 } };
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
	secret_write(&r, &v, w, &b);
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
