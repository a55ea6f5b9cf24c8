use serde_json::{Value as Json, json};

use super::*;
use crate::{
    problem::{Problem, ProblemKind, Remedy},
    scope::ScopeId,
};

const PLACE: Place<'static> =
    Place { scope: ScopeId(0), partition: "aws", region: "eu-west-1", account: "111122223333" };

fn facts(answers: &[(Read, &str, Json)]) -> Facts {
    let mut facts = Facts::default();
    for (read, of, answer) in answers {
        let question = facts.ask(&Question::one(*read, *of)).unwrap();
        facts.add(question, Ok(answer.clone()));
    }
    facts
}

fn web() -> Vec<(Read, &'static str, Json)> {
    const LB: &str =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188";
    const TG: &str =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-80/73e2d6bc24d8a067";
    vec![
        (Read::TargetGroups, TG, json!({"TargetGroups": [{"TargetGroupArn": TG, "LoadBalancerArns": [LB]}]})),
        (
            Read::LoadBalancers,
            LB,
            json!({"LoadBalancers": [{"LoadBalancerArn": LB, "SecurityGroups": ["sg-0000000a"], "VpcId": "vpc-0000000a",
                "AvailabilityZones": [{"SubnetId": "subnet-0000000a"}]}]}),
        ),
        (
            Read::TargetHealth,
            TG,
            json!({"TargetGroupArn": TG, "TargetHealthDescriptions":
                [{"Target": {"Id": "i-0000000a"}}, {"Target": {"Id": "10.0.0.7"}}]}),
        ),
        (
            Read::Instances,
            "i-0000000a",
            json!({"Reservations": [{"Instances": [{"InstanceId": "i-0000000a", "SubnetId": "subnet-0000000b",
                "VpcId": "vpc-0000000a", "SecurityGroups": [{"GroupId": "sg-0000000b"}],
                "Tags": [{"Key": "aws:autoscaling:groupName", "Value": "web-asg"}]}]}]}),
        ),
        (
            Read::Subnets,
            "subnet-0000000b",
            json!({"Subnets": [{"SubnetId": "subnet-0000000b", "VpcId": "vpc-0000000a"}]}),
        ),
        (
            Read::RouteTables,
            "vpc-0000000a",
            json!({"RouteTables": [
                {"RouteTableId": "rtb-0000000a", "VpcId": "vpc-0000000a", "Associations": [{"Main": true}],
                 "Routes": [{"GatewayId": "local"}, {"GatewayId": "igw-0000000a"}]},
                {"RouteTableId": "rtb-0000000b", "VpcId": "vpc-0000000a",
                 "Associations": [{"SubnetId": "subnet-0000000a"}]}]}),
        ),
        (
            Read::SecurityGroups,
            "sg-0000000b",
            json!({"SecurityGroups": [{"GroupId": "sg-0000000b",
                "IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-0000000a"}]}]}]}),
        ),
    ]
}

fn targets() -> ResourceRef {
    kinds::refer("AWS::ElasticLoadBalancingV2::TargetGroup", "targetgroup/web-80/73e2d6bc24d8a067", &PLACE)
}

#[test]
fn a_target_group_leads_to_its_load_balancer_and_its_targets_and_what_carries_them() {
    let graph = Graph::of(&[targets()], &facts(&web()), &PLACE);
    let chain = |id: &str| {
        let mut at = graph.nodes.iter().position(|node| node.resource.id == id);
        let mut chain = Vec::new();
        while let Some(node) = at.map(|at| &graph.nodes[at]) {
            chain.push(format!(
                "{} {}",
                kinds::label(&node.resource),
                node.via.as_ref().map_or("", |v| v.key)
            ));
            at = node.parent;
        }
        chain.join(" < ")
    };
    for (id, expected) in [
        ("sg-0000000a", "sg-0000000a relation.attached < web relation.balances < web-80 "),
        ("sg-0000000b", "sg-0000000b relation.attached < i-0000000a relation.target < web-80 "),
        ("web-asg", "web-asg relation.asg < i-0000000a relation.target < web-80 "),
        (
            "rtb-0000000b",
            "rtb-0000000b relation.routes < subnet-0000000a relation.contains < web relation.balances < web-80 ",
        ),
        (
            "rtb-0000000a",
            "rtb-0000000a relation.routes < subnet-0000000b relation.contains < i-0000000a relation.target < web-80 ",
        ),
        (
            "igw-0000000a",
            "igw-0000000a relation.route_to < rtb-0000000a relation.routes < subnet-0000000b relation.contains < i-0000000a relation.target < web-80 ",
        ),
        ("10.0.0.7", ""),
        ("local", ""),
    ] {
        assert_eq!(chain(id), expected, "{id}");
    }
}

#[test]
fn answers_in_another_order_make_the_same_graph() {
    let one = Graph::of(&[targets()], &facts(&web()), &PLACE);
    let mut turned = web();
    turned.reverse();
    assert_eq!(Graph::of(&[targets()], &facts(&turned), &PLACE), one);
}

#[test]
fn every_question_is_put_once_and_leads_on_to_the_next() {
    let answers = web();
    let mut facts = Facts::default();
    let mut waves = Vec::new();
    loop {
        let graph = Graph::of(&[targets()], &facts, &PLACE);
        let asked: Vec<Question> = graph.questions().iter().filter_map(|q| facts.ask(q)).collect();
        if asked.is_empty() {
            break;
        }
        waves.push(asked.iter().map(|q| q.read).collect::<Vec<_>>());
        for question in asked {
            let answer = answers
                .iter()
                .find(|(read, of, _)| *read == question.read && question.of.iter().any(|o| o == of));
            facts.add(question, Ok(answer.map_or(json!({}), |(_, _, answer)| answer.clone())));
        }
    }
    assert_eq!(waves[0], [Read::TargetGroups, Read::TargetHealth]);
    assert!(waves[1].contains(&Read::LoadBalancers) && waves[1].contains(&Read::Instances), "{waves:?}");
    assert!(waves.len() <= 5, "{waves:?}");
    assert!(waves.iter().flatten().count() <= QUESTIONS, "{waves:?}");
}

#[test]
fn what_could_not_be_learnt_leaves_the_rest() {
    let mut facts = facts(&web()[..1]);
    let refused = Problem {
        operation: "ec2:DescribeInstances".into(),
        kind: ProblemKind::Denied,
        message: "no".into(),
        remedy: Remedy::ReadLog,
    };
    let question = facts.ask(&Question::one(Read::TargetHealth, "x")).unwrap();
    facts.add(question, Err(refused.clone()));
    let graph = Graph::of(&[targets()], &facts, &PLACE);
    assert_eq!(graph.nodes.len(), 2);
    assert_eq!(facts.problems().collect::<Vec<_>>(), [&refused]);
}

#[test]
fn a_large_group_is_followed_in_part_and_cycles_end() {
    let members: Vec<Json> = (0..400).map(|n| json!({"InstanceId": format!("i-{n:08x}")})).collect();
    let groups: Vec<Json> = (0..300)
        .map(|n| {
            json!({"GroupId": format!("sg-{n:08x}"), "IpPermissions":
                [{"UserIdGroupPairs": [{"GroupId": format!("sg-{:08x}", (n + 1) % 300)}, {"GroupId": format!("sg-{n:08x}")}]}]})
        })
        .collect();
    let facts = facts(&[
        (
            Read::AutoScalingGroups,
            "a",
            json!({"AutoScalingGroups": [{"AutoScalingGroupName": "a", "Instances": members}]}),
        ),
        (Read::SecurityGroups, "s", json!({"SecurityGroups": groups})),
    ]);
    let asg = ResourceRef::new(ScopeId(0), "AWS::AutoScaling::AutoScalingGroup", "a");
    assert_eq!(Graph::of(&[asg], &facts, &PLACE).of_kind("AWS::EC2::Instance").count(), MEMBERS);
    let group = ResourceRef::new(ScopeId(0), "AWS::EC2::SecurityGroup", "sg-00000000");
    let steps = Graph::of(&[group], &facts, &PLACE).nodes.iter().map(|node| node.steps).max();
    assert_eq!(steps, Some(FAR));
}

#[test]
fn every_relation_s_answer_is_asked_for_and_every_question_serves_a_relation() {
    for link in LINKS {
        let asked = ASKED.iter().any(|asked| asked.read == link.read);
        assert!(asked, "{} {}", link.from, link.to);
    }
    for asked in ASKED {
        assert!(is_primary(asked.read), "{:?}", asked.read);
    }
}
