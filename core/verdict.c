/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c: the names of what verdict.h numbers; they are part of the output formats. */
#include "core/verdict.h"

static const char *const sentiments[SENTIMENT_COUNT] = { "neg", "neu", "pos", "mixed" };

static const char *const pii_kinds[PII_KINDS] = { "email", "phone", "iban", "card",
						  "pesel", "cnp",   "nip",  "cui" };

static const char *const rules[] = {
	"phrase",     "negation", "intensifier", "diminisher",	 "contrast",
	"concession", "wish",	  "irony",	 "emoji",	 "elongation",
	"capitals",   "resolved", "half_exact",	 "bare_negator", "topic_term",
	"bias",	      "learned",  "rating",
};

const char *sentiment_name(enum sentiment s)
{
	return (unsigned)s < SENTIMENT_COUNT ? sentiments[s] : "?";
}

bool sentiment_find(struct sv name, enum sentiment *out)
{
	for (int i = 0; i < SENTIMENT_COUNT; i++)
		if (sv_ieq(sv_of(sentiments[i]), name)) {
			*out = (enum sentiment)i;
			return true;
		}
	return false;
}

const char *pii_kind_name(enum pii_kind k)
{
	return (unsigned)k < PII_KINDS ? pii_kinds[k] : "?";
}

const char *rule_name(enum rule r)
{
	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((unsigned)r == 1u << i)
			return rules[i];
	return "word";
}
