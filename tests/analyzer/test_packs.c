/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_packs.c: topics of packs. Off, a pack is as if it were not there; on, it speaks beside
 * the service's topics and takes nothing from them.
 */
#include <criterion/criterion.h>

#include "tests/analyzer/small.h"

#define TAXONOMY                                                                         \
	"review.battery\tBattery\tBaterie\tBateria\tuse\tproduct\telectronics\n"         \
	"review.room\tRoom\tCameră\tPokój\tuse\tproduct\thospitality,health\n"         \
	"review.price\tPrice\tPreț\tCena\tbuy\tpricing\telectronics,hospitality,"       \
	"health\n"

static const struct small_file files[] = {
	{ "packs/taxonomy.tsv", TAXONOMY },
	{ "packs/ro/topics.tsv", "review.battery\tbateri*\t1.0\n"
				 "review.battery\tține puțin\t1.0\t-2.0\n"
				 "review.battery\tdup* ~ zile\t1.0\n"
				 "review.battery\tnu ține nimic\t1.0\n"
				 "review.price\tscump*\t1.0\n"
				 "review.price\tplată la timp\t1.0\n"
				 "review.room\tcamer*\t1.0\n"
				 "review.room\tcamera foto\t\t\tnull\n" },
	{ "packs/ro/topics2.tsv",
	  "review.room\tsalon*\t1.0\t\tpacks=health exact\n"
	  "review.room\tlivrare la cameră\t1.0\t\tpacks=hospitality\n"
	  "review.price\tbaterie scumpă\t-\n" },
	{ NULL, NULL },
};

/* The ids of the topics that fire, with commas. */
static const char *topics_of(struct small *x, const char *text)
{
	static char line[400];
	struct verdict v = small_ask(x, text, "ro");
	size_t n = 0;

	line[0] = 0;
	for (uint16_t i = 0; i < v.topic_count; i++) {
		struct sv id =
			opinia_analyzer_taxonomy(x->a)->topics[v.topics[i].topic].id;

		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s" SV_FMT,
				      i ? "," : "", SV_ARG(id));
	}
	return line;
}

Test(packs, a_pack_speaks_beside_the_topics_of_service_and_only_while_it_is_on)
{
	static const struct {
		const char *packs, *text, *topics;
	} rows[] = {
		{ "none", "bateria e slabă", "" },
		{ "electronics", "bateria e slabă", "review.battery" },
		{ "hospitality", "bateria e slabă", "" },
		{ "all", "bateria e slabă", "review.battery" },
		/* one topic of several packs */
		{ "electronics", "e scump", "review.price" },
		{ "health", "e scump", "review.price" },
		/* longer than a service term at its place, it takes nothing from it */
		{ "none", "au întârziat cu livrarea", "delivery.time" },
		{ "all", "zile întregi, întârziere, livrare la cameră",
		  "delivery.time,review.room" },
		{ "none", "plată la timp", "" },
		{ "all", "plată la timp", "review.price" },
		{ "all", "plata e scumpă", "order.payment,review.price" },
		/* a line that speaks in some packs only */
		{ "health", "și un salon mare", "review.room" },
		{ "hospitality", "și un salon mare", "" },
		{ "health,hospitality", "și un salon mare", "review.room" },
		{ "health", "livrare la cameră", "review.room" },
		{ "all", "zile livrare la cameră", "delivery.time,review.room" },
		/* null phrases, NOT terms and pairs inside the pack */
		{ "all", "camera foto", "" },
		{ "all", "camera mare", "review.room" },
		{ "all", "bateria e scumpă", "review.battery,review.price" },
		{ "all", "scump, zic, bateria; scump o baterie scumpă",
		  "review.battery,review.price" },
		{ "all", "scump o baterie scumpă", "" },
		{ "all", "după multe zile", "review.battery" },
		{ "none", "după multe zile", "" },
		{ "health", "după multe zile", "" },
	};
	struct small x;

	small_open(&x, files);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got;

		small_packs(&x, rows[i].packs);
		got = topics_of(&x, rows[i].text);
		cr_expect_str_eq(got, rows[i].topics, "%s, %s: %s", rows[i].packs,
				 rows[i].text, got);
	}
	small_close(&x);
}

static void line_of(struct small *x, const char *text, struct buf *out)
{
	struct verdict v = small_ask(x, text, "");
	ptrdiff_t at;

	buf_init(out, 0);
	opinia_verdict_json(x->a, &v, SV("1"), out);
	at = sv_find(buf_sv(out), SV("\"lexicon\""));
	cr_assert_geq(at, 0);
	out->n = (size_t)at; /* the hash is that of another table */
}

/* The words of packs are in lists of their own: even the ceilings must not know of them. */
Test(packs, what_is_off_changes_no_byte_of_a_verdict)
{
	static const char *const texts[] = {
		"bateria ține puțin, nu ține nimic",
		"nu e rău, dar livrarea a întârziat trei zile și e scump",
		"baaaateria e suuuper",
		"camera foto nu merge",
		"nu",
		"ok",
		"după zile de așteptat, plată la timp",
		"saaalon",
		"dobra bateria",
	};
	struct small with, without;

	small_open(&with, files);
	small_open(&without, NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf a, b;

		line_of(&with, texts[i], &a);
		line_of(&without, texts[i], &b);
		cr_expect(sv_eq(buf_sv(&a), buf_sv(&b)), "%s:\n" SV_FMT "\n" SV_FMT,
			  texts[i], SV_ARG(buf_sv(&a)), SV_ARG(buf_sv(&b)));
		buf_release(&a);
		buf_release(&b);
	}
	small_close(&with);
	small_close(&without);
}

Test(packs, the_hash_names_the_packs_that_are_on)
{
	static const char *const names[] = { "none", "electronics", "health",
					     "health,electronics", "all" };
	char hash[5][72];
	struct small x;

	small_open(&x, files);
	for (size_t i = 0; i < 5; i++) {
		small_packs(&x, names[i]);
		snprintf(hash[i], sizeof(hash[i]), SV_FMT,
			 SV_ARG(opinia_analyzer_hash(x.a)));
		cr_expect_eq(strlen(hash[i]), 71);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(hash[i], hash[k], "%s, %s", names[i], names[k]);
	}
	small_packs(&x, " electronics , health");
	cr_expect(sv_eq(opinia_analyzer_hash(x.a), sv_of(hash[3])), "in any order");
	small_packs(&x, "none");
	cr_expect(sv_eq(opinia_analyzer_hash(x.a), sv_of(hash[0])));
	for (size_t i = 0; i < 4; i++) {
		static const char *const wrong[] = { "heelth", "", "all,health",
						     "electronics,zoo" };

		cr_expect_eq(opinia_analyzer_choose_packs(x.a, sv_of(wrong[i]), &x.err),
			     ERR_USAGE, "%s", wrong[i]);
		cr_expect_eq(i == 0, strstr(x.err.text, "\"health\"") != NULL, "%s",
			     x.err.text);
	}
	cr_expect(sv_eq(opinia_analyzer_hash(x.a), sv_of(hash[0])), "nothing changed");
	small_close(&x);
}

Test(packs, a_wrong_line_is_refused_with_its_place)
{
	static const struct {
		const char *path, *text, *note;
	} rows[] = {
		{ "packs/ro/topics.tsv", "order.payment\tplat*\t1.0\n", "of no pack" },
		{ "packs/ro/topics.tsv", "review.zoo\tplat*\t1.0\n", "no such topic" },
		{ "ro/topics.tsv", "review.room\tplat*\t1.0\n", "of a pack" },
		{ "packs/ro/topics.tsv", "review.room\tplat*\t1.0\t\tpacks=electronics\n",
		  "not in all" },
		{ "packs/ro/topics.tsv", "review.room\tplat*\t1.0\t\tpacks=zoo\n",
		  "no such pack" },
		{ "ro/topics.tsv", "order.payment\tplat*\t1.0\t\tpacks=health\n",
		  "no such flag" },
		{ "packs/ro/topics.tsv", "review.room\tplat*\n", "columns" },
		{ "packs/taxonomy.tsv", TAXONOMY "review.x\tX\tX\tX\tuse\tproduct\n",
		  "its packs" },
		{ "packs/taxonomy.tsv", TAXONOMY "review.x\tX\tX\tX\tuse\tproduct\tall\n",
		  "no name of a pack" },
		{ "taxonomy.tsv", "x\tX\tX\tX\tuse\tproduct\tretail\n", "a topic has" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct small x;

		small_files(&x, files);
		small_write(x.dir, rows[i].path, rows[i].text);
		cr_expect_eq(small_compile(&x), ERR_CONFIG, "%zu", i);
		cr_expect(x.errors >= 1 && strstr(x.err.text, rows[i].note), "%zu: %s", i,
			  x.err.text);
		cr_expect(strstr(x.err.text, rows[i].path), "%zu: %s", i, x.err.text);
		small_close(&x);
	}
}
