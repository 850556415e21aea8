using k8s;
using k8s.Models;

namespace SeqGan.Tests.Documentation;

public sealed class KubernetesManifestTests
{
    [Fact]
    public void Manifest_OfDocumentation_HasWhatSilosNeed()
    {
        string yaml = RepositoryFiles.Blocks("docs/cluster.md").Single(block => block.Language == "yaml").Code;
        List<object> objects = KubernetesYaml.LoadAllFromString(yaml, strict: true);
        V1Deployment deployment = Assert.Single(objects.OfType<V1Deployment>());
        V1Role role = Assert.Single(objects.OfType<V1Role>());
        V1RoleBinding binding = Assert.Single(objects.OfType<V1RoleBinding>());
        V1ServiceAccount account = Assert.Single(objects.OfType<V1ServiceAccount>());
        V1PodTemplateSpec pod = deployment.Spec.Template;
        Assert.All(deployment.Spec.Selector.MatchLabels, label => Assert.Equal(label.Value, pod.Metadata.Labels[label.Key]));
        Assert.Superset(new HashSet<string> { "orleans/serviceId", "orleans/clusterId" }, pod.Metadata.Labels.Keys.ToHashSet());
        Assert.Equal(
            ["ORLEANS_CLUSTER_ID", "ORLEANS_SERVICE_ID", "POD_IP", "POD_NAME", "POD_NAMESPACE"],
            Assert.Single(pod.Spec.Containers).Env.Select(variable => variable.Name).Order(StringComparer.Ordinal));
        Assert.Equal(account.Metadata.Name, pod.Spec.ServiceAccountName);
        Assert.Equal((account.Metadata.Name, role.Metadata.Name), (Assert.Single(binding.Subjects).Name, binding.RoleRef.Name));
    }
}
