/* Nu support-vector regression with a Gaussian kernel, from libsvm's text form (model.md 3 and 4.3). */
#ifndef IVQ_MODEL_SVM_H
#define IVQ_MODEL_SVM_H
#include "model/json.h"

struct ivq_svm {
    int features, count; /* count: of support vectors */
    double gamma, rho;
    double *coefficients; /* [count] */
    double *vectors;      /* [count][features]; an index that the text leaves out is 0 */
};

/* json and member name the text in messages. Whatever is returned, ivq_svm_free is right afterwards if *svm
   was zero before. */
enum ivq_status ivq_svm_parse(struct ivq_svm *svm, const char *text, int features, int max_count,
                              const struct ivq_json *json, const char *member);
void ivq_svm_free(struct ivq_svm *svm);

/* z[features], normalised. */
double ivq_svm_predict(const struct ivq_svm *svm, const double *z);

#endif
