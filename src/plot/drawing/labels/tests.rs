use super::*;
use crate::plot::drawing::geometry::spot;

const FRAME: Area = Area { left: 0.0, top: 0.0, right: 360.0, bottom: 300.0 };

/// Numbers from 0 to 1 that are the same in every run (Numerical Recipes' linear congruential generator).
fn random(seed: u32) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    }
}

fn random_points(count: usize, seed: u32) -> Vec<Spot> {
    let mut next = random(seed);
    (0..count).map(|_| spot(12.0 + 336.0 * next(), 12.0 + 276.0 * next())).collect()
}

fn requests(points: &[Spot], width: f64) -> Vec<Request> {
    let request =
        |&point: &Spot| Request { point, reach: mark_area(point), width, height: 12.0, is_on_front: false };
    points.iter().map(request).collect()
}

/// Places labels and checks that they touch nothing. Returns how many found a place.
fn placed(points: &[Spot], error_bars: &[(Spot, Spot)], width: f64) -> Vec<Option<Placed>> {
    let surroundings = Surroundings { frame: FRAME, points, error_bars, fronts: &[] };
    let requests = requests(points, width);
    let places = place(&requests, &surroundings);
    assert_eq!(places, place(&requests, &surroundings), "the same places each time");
    let labels: Vec<_> = places.iter().enumerate().filter_map(|(i, place)| Some((i, (*place)?))).collect();
    for (index, label) in &labels {
        assert!(FRAME.contains(&label.area));
        for (other_index, other) in labels.iter().filter(|(other, _)| other != index) {
            assert!(!label.area.intersects(&other.area), "labels {index} and {other_index}");
            assert!(!other.leader.is_some_and(|(from, to)| label.area.is_crossed(from, to)));
        }
        for (other, point) in points.iter().enumerate() {
            assert!(!label.area.intersects(&mark_area(*point)), "label {index} and point {other}");
            let crosses = |(from, to)| mark_area(*point).is_crossed(from, to);
            assert!(other == *index || *point == points[*index] || !label.leader.is_some_and(crosses));
        }
        for (from, to) in error_bars {
            assert!(!label.area.is_crossed(*from, *to), "label {index} and an error bar");
        }
    }
    places
}

#[test]
fn forty_random_points_have_labels_that_touch_nothing() {
    let left_out = (0..8).map(|seed| {
        let places = placed(&random_points(40, seed), &[], 50.0);
        places.iter().filter(|place| place.is_none()).count()
    });
    let left_out: Vec<_> = left_out.collect();
    // Of 320 labels in all.
    assert!(left_out.iter().sum::<usize>() <= 6, "{left_out:?} labels left out");
}

#[test]
fn error_bars_are_kept_clear() {
    let points = random_points(20, 7);
    let bars: Vec<_> = points.iter().map(|at| (spot(at.x - 15.0, at.y), spot(at.x + 25.0, at.y))).collect();
    let places = placed(&points, &bars, 50.0);
    assert!(places.iter().all(Option::is_some));
}

#[test]
fn a_label_that_has_room_stands_to_the_right_of_its_point() {
    let places = placed(&[spot(100.0, 100.0), spot(200.0, 200.0)], &[], 50.0);
    for (place, x) in places.into_iter().zip([100.0, 200.0]) {
        let place = place.unwrap();
        assert!(place.leader.is_none() && place.area.left > x && place.area.left < x + 12.0);
    }
}

#[test]
fn labels_of_one_place_get_lines_to_it() {
    let places = placed(&[spot(180.0, 150.0); 12], &[], 50.0);
    assert!(places.iter().all(Option::is_some));
    assert!(places.iter().flatten().filter(|place| place.leader.is_some()).count() >= 4);
}

#[test]
fn labels_of_the_front_are_left_out_last() {
    let points = random_points(80, 3);
    let surroundings = Surroundings { frame: FRAME, points: &points, error_bars: &[], fronts: &[] };
    let mut requests = requests(&points, 60.0);
    let places = place(&requests, &surroundings);
    // It would have a place if it were the only one.
    let is_crowded_out = |&label: &usize| {
        places[label].is_none() && place(&requests[label..=label], &surroundings)[0].is_some()
    };
    let label = (0..points.len()).find(is_crowded_out).unwrap();
    requests[label].is_on_front = true;
    assert!(place(&requests, &surroundings)[label].is_some());
}

#[test]
fn what_fits_nowhere_is_left_out() {
    let places = placed(&random_points(120, 3), &[], 80.0);
    let left_out = places.iter().filter(|place| place.is_none()).count();
    assert!((1..120).contains(&left_out), "{left_out}");
    assert_eq!(placed(&[spot(50.0, 50.0)], &[], 400.0), [None]);
}

#[test]
fn the_front_is_covered_only_if_nothing_else_is_free() {
    let points = [spot(100.0, 100.0)];
    let front = [spot(100.0, 100.0), spot(300.0, 100.0)];
    let requests = requests(&points, 50.0);
    let surroundings =
        Surroundings { frame: FRAME, points: &points, error_bars: &[], fronts: &[front.to_vec()] };
    let place = place(&requests, &surroundings)[0].unwrap();
    assert!(!place.area.is_crossed(front[0], front[1]) && place.leader.is_none());
}
