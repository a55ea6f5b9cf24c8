//! Pages of resources that are rows of no pane, on the practice account: while EC2 is asked, when it has answered, when it
//! may not, and when it knows no such thing.

use std::time::Duration;

use super::Program;
use crate::{
    app::{effect::Effect, msg::Msg, update},
    panes::{PaneId, detail::Target},
    resource::ResourceRef,
    rows::instance::Instance,
    scope::ScopeId,
};

const GROUP: &str = "AWS::EC2::SecurityGroup";
const VOLUME: &str = "AWS::EC2::Volume";
const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";

/// On the instances of the practice account, so far into the scenario.
async fn program(faults: &[&str], at: Option<Duration>) -> Program {
    let mut program = Program::open_at(PaneId::Instances.spec(), "eu-west-1", faults, at);
    program.start();
    program.tell(Msg::Resize(140, 40));
    program.settle().await;
    program
}

impl Program {
    /// Goes to a page, as a jump does; nothing has been answered.
    fn jump(&mut self, kind: &'static str, id: &str) {
        let mut effects = Vec::<Effect>::new();
        let subject = ResourceRef::new(ScopeId(0), kind, id);
        update::places::open(&mut self.model, subject, &mut effects);
        self.run(effects);
        self.tell(Msg::Tick);
    }

    /// Follows the first line of the page that leads to a resource of a type.
    fn follow(&mut self, kind: &str) {
        let subject = self.model.subject().unwrap();
        let detail = self.model.detail(&subject, self.now);
        let target = detail.targets().into_iter().find_map(|target| match target {
            Target::Resource(r) if r.kind == kind => Some(r.clone()),
            _ => None,
        });
        let target = target.unwrap_or_else(|| panic!("nothing leads to a {kind} from {}", subject.id));
        let mut effects = Vec::new();
        update::places::open(&mut self.model, target, &mut effects);
        self.run(effects);
        self.tell(Msg::Tick);
    }

    fn instance(&self, name: &str) -> Instance {
        let mut all = self.model.table(PaneId::Instances).all::<Instance>();
        all.find(|i| i.name == name).unwrap().clone()
    }

    /// The page in one screen that holds all of it.
    fn whole_page(&mut self) -> String {
        self.tell(Msg::Resize(140, 200));
        self.screen()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_security_group_in_every_state() {
    let mut known = program(&[], None).await;
    let group = known.instance("web-1").security_groups.remove(0).0;
    known.jump(GROUP, &group);
    known.photograph("group_loading");
    known.settle().await;
    known.photograph("group_known");
    let mut denied = program(&["deny=ec2:DescribeSecurityGroups"], None).await;
    denied.jump(GROUP, &group);
    denied.settle().await;
    denied.photograph("group_denied");
    known.jump(GROUP, "sg-0123456789abcdef0");
    known.settle().await;
    known.photograph("group_gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_in_every_state() {
    let mut known = program(&[], None).await;
    let volume = known.instance("orders-db-1").volumes.remove(1);
    known.jump(VOLUME, &volume);
    known.photograph("volume_loading");
    known.settle().await;
    known.photograph("volume_known");
    let mut denied = program(&["deny=ec2:DescribeVolumes"], None).await;
    denied.jump(VOLUME, &volume);
    denied.settle().await;
    denied.photograph("volume_denied");
    known.jump(VOLUME, "vol-0123456789abcdef0");
    known.settle().await;
    known.photograph("volume_gone");
}

/// Names in events are anybody's; EC2's filters know wildcards.
#[tokio::test(flavor = "multi_thread")]
async fn a_wildcard_is_no_volume() {
    let mut program = program(&[], None).await;
    program.jump(VOLUME, "vol-0*");
    program.settle().await;
    assert!(program.whole_page().contains("EC2 knows no Volume with this id here"));
}

/// The way of the one on call: the alarm names a load balancer, its page the security group, and there is no rule for 443.
#[tokio::test(flavor = "multi_thread")]
async fn from_the_load_balancer_to_the_rule_that_is_missing() {
    for (minutes, there) in [(9, true), (10, false)] {
        let mut program = program(&[], Some(Duration::from_mins(minutes))).await;
        program.jump(BALANCER, "app/web/50dc6c495c0c9188");
        program.settle().await;
        program.follow(GROUP);
        program.settle().await;
        let page = program.whole_page();
        assert!(page.contains("alb-public") && page.contains("from 0.0.0.0/0"), "{page}");
        assert!(page.contains("tcp 80"), "{page}");
        assert_eq!(page.contains("tcp 443"), there, "{minutes} minutes into it:\n{page}");
        // And back: the group says who has it.
        program.follow(BALANCER);
        assert_eq!(program.model.subject().unwrap().id, "app/web/50dc6c495c0c9188");
    }
}

/// The way around an instance: everything that its row names has a page that leads back to it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_around_an_instance_leads_back_to_it() {
    let mut program = program(&[], None).await;
    let instance = program.instance("orders-db-1");
    for kind in [
        GROUP,
        VOLUME,
        "AWS::EC2::NetworkInterface",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EC2::Image",
        "AWS::EC2::KeyPair",
        "AWS::IAM::InstanceProfile",
    ] {
        program.jump("AWS::EC2::Instance", &instance.id);
        program.follow(kind);
        program.settle().await;
        let subject = program.model.subject().unwrap();
        let page = program.model.detail(&subject, program.now);
        let back = |t: &&Target| matches!(t, Target::Resource(r) if r.id == instance.id && r.kind == "AWS::EC2::Instance");
        assert!(page.targets().iter().any(back), "{kind}: {page:?}");
    }
    let instance = program.instance("web-1");
    for kind in ["AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::LaunchTemplate"] {
        program.jump("AWS::EC2::Instance", &instance.id);
        program.follow(kind);
        let page = program.whole_page();
        assert!(page.contains(&instance.id), "{kind}: {page}");
    }
}
