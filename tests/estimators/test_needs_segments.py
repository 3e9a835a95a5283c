from sklearn.utils.estimator_checks import parametrize_with_checks

from skills_models.segmentation.needs_segments import NeedsSegments


@parametrize_with_checks([NeedsSegments(n_clusters=2, random_state=0)])
def test_obeys_scikit_learn_conventions(estimator, check):
    check(estimator)
