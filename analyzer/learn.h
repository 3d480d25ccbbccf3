/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn.h: the learner's workbench: comments with what their customers scored, as the analyzer
 * sees them, and the two models that are fitted to them. Doubles are allowed here: nothing of
 * this runs when a comment is tagged; what tagging needs is written in thousandths.
 */
#ifndef OPINIA_ANALYZER_LEARN_H
#define OPINIA_ANALYZER_LEARN_H

#include "analyzer/learned.h"
#include "analyzer/opinia_analyzer.h"

enum { LEARN_FOLDS = 5, LEARN_EPOCHS = 10 };

/* A word, stem or pair that was met. */
struct learn_term {
	uint64_t hash;
	uint32_t text, length; /* in learner.texts */
	uint32_t comments, customers;
	uint32_t last; /* customer + 1 that was counted last */
	uint32_t seen; /* comment + 1 that was counted last  */
};

struct lesson {
	uint64_t rank;	       /* the pseudo-random order, and the choice of --limit */
	uint64_t customer;     /* hash */
	uint32_t order;	       /* as it came */
	uint32_t number;       /* of the customer: 0.. */
	uint32_t first, count; /* in learner.traits */
	int32_t sign[LEARNED_SIGNS]; /* milli */
	uint8_t label, fold;	     /* label: enum sentiment, never mixed */
	uint8_t plain_label;	     /* what the lexicon alone says: enum sentiment */
	int16_t plain_score, plain_conf;
	uint32_t known; /* of its traits, to the model that has not seen its fold */
	double own;	/* the lexicon's word, on that model's scale */
	float z[LEARNED_MODELS]; /* of a model that has not seen its fold */
};

struct learner_model {
	bool fitted;
	float *weight; /* 2 for each term: plain, negated */
	double sign[LEARNED_SIGNS];
	double threshold, sharp, centre;
};

struct opinia_learner {
	int32_t usual; /* milli: what nearly all comments know of their traits */
	const struct opinia_analyzer *a;
	struct opinia_scratch *scratch;
	struct arena arena;
	struct opinia_learner_options opt;
	bool failed; /* out of memory */
	struct lesson *lessons;
	uint32_t lesson_count, lesson_room;
	uint32_t *traits; /* term * 2 + negated */
	uint32_t trait_count, trait_room;
	struct learn_term *terms;
	uint32_t term_count, term_room;
	uint32_t *slots, slot_count; /* term + 1, by hash */
	struct buf texts;
	uint8_t *allowed; /* of each term: it may have a weight */
	struct learner_model model[LEARNED_MODELS];
	int32_t conf[LEARNED_MODELS * LEARNED_NUMBERS]; /* of LEARNED_CONF on: where
							    report.surer */
	struct opinia_learner_report report;
};

/* learn_fit.c. @held: the fold that is kept out, LEARN_FOLDS: none. @want: labels that are 1 and
 * labels that are 0, a bit each; others are left out. */
struct learn_task {
	unsigned ones, zeros;
	uint8_t held;
};
void learn_allow(struct opinia_learner *l, uint8_t held);
bool learn_fit(struct opinia_learner *l, const struct learn_task *task,
	       struct learner_model *out);
double learn_z(const struct opinia_learner *l, const struct lesson *x,
	       const struct learner_model *m);
double learn_logistic(double z);

/* learn_judge.c: thresholds, confidence, and whether it is worth it; from the lessons' z. */
void learn_trust(struct opinia_learner *l);
void learn_decide(struct opinia_learner *l);
int32_t learn_cap(const struct opinia_learner *l); /* LEARNED_TRUST */
void learn_judge(struct opinia_learner *l);
void learn_judge_conf(struct opinia_learner *l); /* where words were refused */
uint8_t learn_plain(const struct opinia_learner *l, const struct lesson *x);
bool learn_counted(const struct opinia_learner *l, const struct lesson *x);

/* learn_conf.c: in thousandths, from -most to most. */
int32_t learn_milli(double v, int32_t most);
/* learn_conf.c: from all folds but @without; false: out of memory. */
bool learn_conf(const struct opinia_learner *l, uint8_t without,
		int32_t numbers[LEARNED_MODELS * LEARNED_NUMBERS]);

/* learn_write.c: after the last fit, which terms stay; what is told of them. */
void learn_settle_terms(struct opinia_learner *l);
void learn_top(struct opinia_learner *l);

static inline bool learn_has(unsigned labels, uint8_t label)
{
	return labels >> label & 1;
}

#endif
